-- What each day brought to an account, over its followers of that day: against the night before, so that both nights must have read it.
-- Posts that are no longer read again bring nothing that we know.
with
snapshots as (
    select
        *,
        lag(day_on) over (partition by account_key order by day_on) as previous_day_on
    from {{ ref('fct_account_day') }}
    where source_night_on = day_on
),

brought as (
    select
        account_key,
        night_on as day_on,
        month_on,
        count(*) as posts_count,
        {{ sum_bigint('interactions_gained_count') }} as interactions_gained_count
    from {{ ref('fct_post_metric_day') }}
    where account_key is not null
    group by account_key, night_on, month_on
),

measured as (
    select
        snapshots.account_key,
        snapshots.day_on,
        snapshots.month_on,
        snapshots.source_id,
        snapshots.channel_code,
        snapshots.territory_id,
        snapshots.followers_count,
        snapshots.followers_null_reason,
        snapshots.previous_day_on = snapshots.day_on - 1 as has_day_before,
        case
            when snapshots.previous_day_on = snapshots.day_on - 1
                then case when brought.posts_count is null then 0 else brought.interactions_gained_count end
        end as interactions_gained_count
    from snapshots
    left join brought
        on
            snapshots.account_key = brought.account_key
            and snapshots.day_on = brought.day_on
            and snapshots.month_on = brought.month_on
)

select
    account_key,
    day_on,
    month_on,
    source_id,
    {{ own_posts_stream('channel_code') }} as stream,
    channel_code,
    territory_id,
    case when followers_count > 0 then interactions_gained_count end as rated_interactions_count,
    case when followers_count > 0 and interactions_gained_count is not null then followers_count end as rated_denominator_count,
    case
        when followers_count is null then followers_null_reason
        when followers_count = 0 then 'not_defined'
        when interactions_gained_count is null then 'not_observed'
    end as null_reason,
    false as is_provisional
from measured
