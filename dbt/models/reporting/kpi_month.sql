{{ config(materialized='view', unique_key=['kpi_id', 'month_on'], meta={'affected_by': 'kpi_affected_month'}) }}
-- A view: what it adds to the figures, how fresh they are and what was aimed at, may change any night without them.
select
    judged.territory_id,
    judged.month_on,
    judged.audience,
    judged.channel_code,
    judged.kpi_id,
    judged.value,
    judged.numerator,
    judged.denominator,
    judged.n,
    judged.interval_low,
    judged.interval_high,
    judged.known_share,
    judged.audience_known_share,
    judged.audience_low,
    judged.audience_high,
    judged.quality,
    judged.null_reason,
    case
        when kpi.provisional = 'window'
            then {{ add_months('judged.month_on', 1) }} > least(freshness.settled_on, coalesce(live.settled_on, freshness.settled_on))
        else judged.is_flagged_provisional
    end as is_provisional,
    broken.break_reason_fr is not null as is_series_break,
    broken.break_reason_fr,
    -- complete until then; of a stream that does not speak of the month there is nothing in it
    case
        when freshness.data_through_on >= judged.month_on then freshness.data_through_on
        else freshness.last_data_on
    end as data_through_on,
    freshness.stale_nights,
    peers.peer_median,
    peers.peer_count,
    target.target_value
from {{ ref('kpi_judged') }} as judged
inner join {{ ref('dim_kpi') }} as kpi on judged.kpi_id = kpi.kpi_id
inner join {{ ref('kpi_freshness') }} as freshness
    on judged.kpi_id = freshness.kpi_id and judged.source_streams = freshness.source_streams
-- a stream without a row in the month may still bring one
left join {{ ref('kpi_series') }} as series
    on
        judged.kpi_id = series.kpi_id
        and judged.territory_id = series.territory_id
        and judged.audience = series.audience
        and judged.channel_code = series.channel_code
left join {{ ref('kpi_freshness') }} as live
    on series.kpi_id = live.kpi_id and series.live_streams = live.source_streams
left join {{ ref('kpi_month_break') }} as broken
    on
        judged.kpi_id = broken.kpi_id
        and judged.territory_id = broken.territory_id
        and judged.audience = broken.audience
        and judged.channel_code = broken.channel_code
        and judged.month_on = broken.month_on
left join {{ ref('kpi_peer') }} as peers
    on
        judged.kpi_id = peers.kpi_id
        and judged.territory_id = peers.territory_id
        and judged.audience = peers.audience
        and judged.channel_code = peers.channel_code
        and judged.month_on = peers.month_on
left join {{ ref('dim_target') }} as target
    on
        judged.kpi_id = target.kpi_id
        and judged.territory_id = target.territory_id
        and judged.audience = target.audience
        and judged.channel_code = target.channel_code
        and judged.month_on = target.starts_on
        and target.period_kind = 'month'
