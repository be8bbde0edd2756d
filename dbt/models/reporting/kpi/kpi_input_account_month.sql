{{ config(meta={'recompute': 'all'}) }}
-- A stock: the last snapshot of each month, and a month without any between two that have one is known to be unknown:
-- so a night may change months other than its own.
with
last_of_month as (
    select
        account_key,
        month_on,
        max_by(followers_count, day_on) filter (where followers_count is not null) as followers_count,
        max_by(source_id, day_on) as source_id,
        max_by(territory_id, day_on) as territory_id
    from {{ ref('fct_account_day') }}
    where channel_code = 'mastodon'
    group by account_key, month_on
),

watched as (
    select
        account_key,
        min(month_on) as first_month_on,
        max(month_on) as last_month_on,
        max_by(source_id, month_on) as source_id,
        max_by(territory_id, month_on) as territory_id
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
    coalesce(last_of_month.source_id, watched.source_id) as source_id,
    'accounts' as stream,
    coalesce(last_of_month.territory_id, watched.territory_id) as territory_id,
    last_of_month.followers_count,
    case when last_of_month.followers_count is null then 'not_observed' end as null_reason,
    false as is_provisional
from watched
inner join months on months.month_on between watched.first_month_on and watched.last_month_on
left join last_of_month
    on watched.account_key = last_of_month.account_key and months.month_on = last_of_month.month_on
