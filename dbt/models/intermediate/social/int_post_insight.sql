-- Insights of posts, one row per night that showed them. Of two names of one metric on one night, the newer one is meant. Reactions by type
-- leave out the types that nobody used: where some type is told, no like is zero likes.
{%- set reaction = 'post_reactions_by_type_total.' %}
with
insights as (
    select
        'instagram' as channel_code,
        *
    from {{ ref('stg_instagram__post_metrics') }}
    union all by name
    select
        'facebook' as channel_code,
        *
    from {{ ref('stg_facebook__post_metrics') }}
),

named as (
    select
        insights.post_id,
        insights.night_on,
        name.metric_code,
        insights.metric_value
    from insights
    inner join {{ ref('metric_name_map') }} as name
        on insights.channel_code = name.channel_code and insights.metric_name = name.metric_name and name.subject = 'post'
    qualify row_number() over (
        partition by insights.post_id, insights.night_on, name.metric_code
        order by name.epoch_number desc, insights.source_id asc
    ) = 1
    union all
    select
        post_id,
        night_on,
        'likes' as metric_code,
        sum(case when metric_name = '{{ reaction }}like' then metric_value else 0 end) as metric_value
    from insights
    where channel_code = 'facebook' and {{ starts_with('metric_name', "'" ~ reaction ~ "'") }}
    group by source_id, post_id, night_on
)

select
    post_id,
    night_on,
    {% for metric in ['likes', 'shares', 'saves', 'views', 'reach'] %}
    cast(max(metric_value) filter (where metric_code = '{{ metric }}') as bigint) as {{ metric }}_count{{ ',' if not loop.last }}
    {% endfor %}
from named
group by post_id, night_on
