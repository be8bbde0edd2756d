-- The index of the Observatoire socialmedia des territoires over Instagram: stars times scores between fixed goalposts, over all the stars.
-- A component that is not known leaves no index. Followers and posts are counted, not sampled: only the rate of engagement is uncertain,
-- and the index follows it between the bounds of its interval.
{%- set components = {'engagement': 'engagement_share', 'audience': 'followers_per_inhabitant', 'activity': 'posts_per_day'} %}
with
months as (
    select
        territory_id,
        month_on,
        posts_count,
        interactions_sum / nullif(followers_sum, 0) as engagement_share,
        {% for side, bound in {'-': 'low', '+': 'high'}.items() -%}
        {{ ratio_bound('interactions_sum', 'followers_sum', 'interactions_squares', 'products', 'followers_squares', side) }}
            as engagement_share_{{ bound }},
        {% endfor -%}
        engagement_null_reason,
        posts_per_day
    from {{ ref('observatoire_month') }}
),

audience as (
    select
        input.territory_id,
        input.month_on,
        case
            when count(*) = count(input.followers_count)
                then
                    {{ kpi_expression('followers_per_1000_inhabitants', 'numerator') }}
                    / nullif(cast({{ kpi_expression('followers_per_1000_inhabitants', 'denominator') }} as double), 0)
        end as followers_per_inhabitant,
        min(input.null_reason) as null_reason
    from {{ ref('kpi_input_account_month') }} as input
    inner join {{ ref('dim_territory') }} as territory on input.territory_id = territory.territory_id
    where input.channel_code = 'instagram'
    group by input.territory_id, input.month_on
),

measured as (
    select
        audience.territory_id,
        audience.month_on,
        months.posts_count,
        months.engagement_share,
        months.engagement_share_low,
        months.engagement_share_high,
        audience.followers_per_inhabitant,
        months.posts_per_day,
        coalesce(
            case when audience.followers_per_inhabitant is null then audience.null_reason end,
            case when months.posts_per_day is null then 'not_observed' end,
            case when months.engagement_share is null then coalesce(months.engagement_null_reason, 'not_observed') end
        ) as null_reason
    from audience
    left join months on audience.territory_id = months.territory_id and audience.month_on = months.month_on
),

scored as (
    select
        measured.*,
        {% for component, column in components.items() -%}
        {{ component }}.stars as {{ component }}_stars,
        {{ goalpost_score('measured.' ~ column, component ~ '.goalpost_low', component ~ '.goalpost_high') }} as {{ component }}_score,
        {% endfor -%}
        -- one bound alone is no interval
        case when measured.engagement_share_high is not null then
            {{ goalpost_score('measured.engagement_share_low', 'engagement.goalpost_low', 'engagement.goalpost_high') }}
        end as engagement_score_low,
        case when measured.engagement_share_low is not null then
            {{ goalpost_score('measured.engagement_share_high', 'engagement.goalpost_low', 'engagement.goalpost_high') }}
        end as engagement_score_high
    from measured
    {% for component in components -%}
    inner join {{ ref('observatoire_index') }} as {{ component }} on {{ component }}.component_code = '{{ component }}'
    {% endfor %}
)

select
    territory_id,
    month_on,
    'instagram' as channel_code,
    posts_count,
    engagement_share,
    followers_per_inhabitant,
    posts_per_day,
    engagement_score,
    audience_score,
    activity_score,
    {% for suffix in ['', '_low', '_high'] -%}
    100.0 * (
        engagement_stars * engagement_score{{ suffix }} + audience_stars * audience_score + activity_stars * activity_score
    ) / (engagement_stars + audience_stars + activity_stars) as observatoire_index{{ suffix }},
    {% endfor -%}
    null_reason,
    false as is_provisional
from scored
