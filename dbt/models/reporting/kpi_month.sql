with
completed as (
    select * from {{ ref('kpi_completed') }}
),

-- How much of a figure is of a known public. Unknowns are never redistributed: they are the width between the two bounds.
publics as (
    select
        kpi_id,
        territory_id,
        channel_code,
        month_on,
        {% for column in ['n', 'value', 'numerator', 'denominator'] -%}
        max({{ column }}) filter (where audience = 'all') as all_{{ column }},
        sum({{ column }}) filter (where audience in ('resident', 'visitor', 'prospect')) as known_{{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from completed
    where kpi_id in (select kpi.kpi_id from {{ ref('dim_kpi') }} as kpi where kpi.audience_split)
    group by kpi_id, territory_id, channel_code, month_on
),

bounded as (
    select
        completed.*,
        kpi.kind,
        kpi.interval_method,
        kpi.scale,
        kpi.missing_reason,
        kpi.min_n_indicative,
        kpi.min_n_comparable,
        kpi.provisional = 'window' as is_provisional_by_window,
        publics.known_n / nullif(cast(publics.all_n as double), 0) as audience_known_share,
        {{ audience_bound('low') }} as audience_low,
        {{ audience_bound('high') }} as audience_high
    from completed
    inner join {{ ref('dim_kpi') }} as kpi on completed.kpi_id = kpi.kpi_id
    left join publics
        on
            completed.kpi_id = publics.kpi_id
            and completed.territory_id = publics.territory_id
            and completed.channel_code = publics.channel_code
            and completed.month_on = publics.month_on
            and completed.audience in ('resident', 'visitor', 'prospect')
),

judged as (
    select
        *,
        case
            when n < min_n_indicative then 'below_minimum_n'
            when audience_known_share < 0.3 then 'audience_unknown'
            when value is null then coalesce(null_reason, missing_reason)
        end as final_null_reason
    from bounded
),

figures as (
    select
        judged.territory_id,
        judged.month_on,
        judged.audience,
        judged.channel_code,
        judged.kpi_id,
        {% for column in ['value', 'numerator', 'denominator'] -%}
        case when judged.final_null_reason is null then judged.{{ column }} end as {{ column }},
        {% endfor -%}
        judged.n,
        {{ kpi_bounds() }},
        judged.known_share,
        judged.audience_known_share,
        case when judged.final_null_reason is null then judged.audience_low end as audience_low,
        case when judged.final_null_reason is null then judged.audience_high end as audience_high,
        case
            when judged.final_null_reason is not null then 'withheld'
            when judged.n < judged.min_n_comparable or judged.known_share < 1 then 'indicative'
            else 'ok'
        end as quality,
        judged.final_null_reason as null_reason,
        case
            when judged.is_provisional_by_window
                then {{ add_months('judged.month_on', 1) }} + cast(judged.re_read_days as integer) > judged.last_accepted_night_on + 1
            else judged.is_flagged_provisional
        end as is_provisional,
        series_break.break_reason_fr is not null as is_series_break,
        series_break.break_reason_fr,
        judged.data_through_on,
        judged.stale_nights
    from judged
    left join {{ ref('kpi_break') }} as series_break
        on
            judged.kpi_id = series_break.kpi_id
            and judged.territory_id = series_break.territory_id
            and judged.audience = series_break.audience
            and judged.channel_code = series_break.channel_code
            and judged.month_on = series_break.month_on
),

-- Beside each figure, those that the nearest neighbours have: no interval is drawn from so few, and no median from fewer than eight.
peers as (
    select
        own.kpi_id,
        own.territory_id,
        own.audience,
        own.channel_code,
        own.month_on,
        count(peer.value) as peer_count,
        case when count(peer.value) >= {{ minimum_peers() }} then median(peer.value) end as peer_median
    from figures as own
    inner join {{ ref('bridge_territory_peer') }} as neighbour
        on own.territory_id = neighbour.territory_id and neighbour.peer_rank is not null
    left join figures as peer
        on
            neighbour.peer_id = peer.territory_id
            and own.kpi_id = peer.kpi_id
            and own.audience = peer.audience
            and own.channel_code = peer.channel_code
            and own.month_on = peer.month_on
    group by own.kpi_id, own.territory_id, own.audience, own.channel_code, own.month_on
)

select
    figures.*,
    peers.peer_median,
    peers.peer_count,
    target.target_value
from figures
left join peers
    on
        figures.kpi_id = peers.kpi_id
        and figures.territory_id = peers.territory_id
        and figures.audience = peers.audience
        and figures.channel_code = peers.channel_code
        and figures.month_on = peers.month_on
left join {{ ref('dim_target') }} as target
    on
        figures.kpi_id = target.kpi_id
        and figures.territory_id = target.territory_id
        and figures.audience = target.audience
        and figures.channel_code = target.channel_code
        and figures.month_on = target.starts_on
        and target.period_kind = 'month'
