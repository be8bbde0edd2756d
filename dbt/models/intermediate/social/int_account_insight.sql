-- Insights of accounts by day, one row per night that showed them. Of two names of one metric on one night, the newer one is meant.
with
insights as (
    select
        'instagram' as channel_code,
        *
    from {{ ref('stg_instagram__account_metrics') }}
    union all by name
    select
        'facebook' as channel_code,
        *
    from {{ ref('stg_facebook__account_metrics') }}
),

named as (
    select
        insights.*,
        name.metric_code
    from insights
    inner join {{ ref('metric_name_map') }} as name
        on insights.channel_code = name.channel_code and insights.metric_name = name.metric_name and name.subject = 'account'
    qualify row_number() over (
        partition by insights.source_id, insights.account_key, insights.metric_on, insights.night_on, name.metric_code
        order by name.epoch_number desc
    ) = 1
)

select
    channel_code,
    source_id,
    night_on,
    account_key,
    max(territory_id) as territory_id,
    metric_on as day_on,
    cast(max(metric_value) filter (where metric_code = 'followers') as bigint) as followers_count,
    cast(max(metric_value) filter (where metric_code = 'views') as bigint) as views_count,
    cast(max(metric_value) filter (where metric_code = 'reach') as bigint) as reach_count
from named
group by channel_code, source_id, night_on, account_key, metric_on
