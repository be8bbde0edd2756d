{{ config(meta={'recompute': 'all'}) }}
-- A stock: the last figure of each month since the account is watched. A month without any between two that have one is known to be
-- unknown: so a night may change months other than its own.
with
last_of_month as (
    select
        account_key,
        month_on,
        {{ first_known('followers_count', 'day_on desc') }} as followers_count,
        {{ first_known('followers_null_reason', 'day_on desc') }} as followers_null_reason,
        {{ first_known('source_id', 'day_on desc') }} as source_id,
        {{ first_known('channel_code', 'day_on desc') }} as channel_code,
        {{ first_known('territory_id', 'day_on desc') }} as territory_id,
        bool_or(source_night_on = day_on) as has_snapshot
    from {{ ref('fct_account_day') }}
    group by account_key, month_on
),

watched as (
    select
        account_key,
        min(month_on) filter (where has_snapshot) as first_month_on,
        max(month_on) as last_month_on,
        {{ first_known('source_id', 'month_on desc') }} as source_id,
        {{ first_known('channel_code', 'month_on desc') }} as channel_code,
        {{ first_known('territory_id', 'month_on desc') }} as territory_id
    from last_of_month
    group by account_key
),

months as (
    select distinct month_on
    from {{ ref('dim_date') }}
)

select
    watched.account_key,
    months.month_on,
    watched.source_id,
    'accounts' as stream,
    watched.channel_code,
    coalesce(last_of_month.territory_id, watched.territory_id) as territory_id,
    last_of_month.followers_count,
    case when last_of_month.followers_count is null then coalesce(last_of_month.followers_null_reason, 'not_observed') end as null_reason,
    false as is_provisional
from watched
inner join months on months.month_on between watched.first_month_on and watched.last_month_on
left join last_of_month
    on watched.account_key = last_of_month.account_key and months.month_on = last_of_month.month_on
