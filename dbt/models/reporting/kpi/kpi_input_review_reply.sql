-- Reply delays of the reviews of twelve months, those not answered yet carried as such: known to have waited until they were last seen.
with
delays as (
    select
        review.source_id,
        bridge.ancestor_id as territory_id,
        review.month_on,
        coalesce(
            review.reply_delay_minutes,
            {{ minutes_between('review.posted_at', 'cast(review.last_seen_night_on + 1 as timestamp)') }}
        ) / 1440.0 as waited_days,
        review.is_replied
    from {{ ref('fct_review') }} as review
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on review.territory_id = bridge.territory_id and bridge.is_inside
    where not review.is_deleted_at_source and (review.reply_null_reason is null or review.reply_null_reason = 'not_replied')
),

months as (
    select distinct
        source_id,
        territory_id,
        month_on
    from delays
),

waited as (
    select
        months.source_id,
        months.territory_id,
        months.month_on,
        delays.waited_days,
        delays.is_replied
    from months
    inner join delays
        on
            months.source_id = delays.source_id
            and months.territory_id = delays.territory_id
            and delays.month_on between {{ add_months('months.month_on', -11) }} and months.month_on
)

select
    source_id,
    'reviews' as stream,
    territory_id,
    month_on,
    n as reviews_count,
    median as reply_delay_days,
    median_low as reply_delay_days_low,
    median_high as reply_delay_days_high,
    case when median is null then 'not_reached' end as null_reason,
    false as is_provisional
from ({{ kaplan_meier('waited', ['source_id', 'territory_id', 'month_on'], 'waited_days', 'is_replied') }})
