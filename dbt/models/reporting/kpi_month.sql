with
entries as (
    {% for entry in kpi_entries() -%}
    select
        '{{ entry.kpi_id }}' as kpi_id,
        {{ entry.absent_is_zero }} as absent_is_zero,
        {{ entry.provisional == 'window' }} as is_provisional_by_window,
        '{{ entry.missing_reason }}' as missing_reason,
        '{{ entry.source_stream }}' as stream
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

measured as (
    select *
    from {{ ref('kpi_measured') }}
),

-- Where every event is reported, a month without any is a zero between the first month and the last day of data.
series as (
    select
        measured.kpi_id,
        measured.audience,
        measured.territory_id,
        min(measured.month_on) as first_month_on,
        max(measured.data_through_on) as data_through_on,
        min(measured.source_id) as source_id,
        min(measured.re_read_days) as re_read_days,
        min(measured.last_accepted_night_on) as last_accepted_night_on,
        max(measured.stale_nights) as stale_nights
    from measured
    inner join entries on measured.kpi_id = entries.kpi_id and entries.absent_is_zero
    group by measured.kpi_id, measured.audience, measured.territory_id
),

months as (
    select distinct month_on
    from {{ ref('dim_date') }}
),

-- ... provided that a night read it: one whose window reaches into the month.
read_months as (
    select distinct
        landed.source_id,
        landed.stream,
        months.month_on
    from {{ ref('fct_source_night') }} as landed
    inner join {{ ref('fct_stream_freshness') }} as freshness
        on landed.source_id = freshness.source_id and landed.stream = freshness.stream
    inner join months
        on
            landed.night_on >= months.month_on
            and landed.night_on - cast(freshness.re_read_days as integer) < {{ add_months('months.month_on', 1) }}
    where landed.verdict = 'accepted'
),

absent as (
    select
        series.kpi_id,
        series.audience,
        series.territory_id,
        months.month_on,
        case when read_months.month_on is not null then cast(0 as double) end as value,
        case when read_months.month_on is not null then 0 end as n,
        case when read_months.month_on is null then 'not_observed' end as null_reason,
        series.source_id,
        series.re_read_days,
        series.last_accepted_night_on,
        series.data_through_on,
        series.stale_nights
    from series
    inner join entries on series.kpi_id = entries.kpi_id
    inner join months on months.month_on between series.first_month_on and series.data_through_on
    left join read_months
        on
            series.source_id = read_months.source_id
            and entries.stream = read_months.stream
            and months.month_on = read_months.month_on
    left join measured
        on
            series.kpi_id = measured.kpi_id
            and series.territory_id = measured.territory_id
            and months.month_on = measured.month_on
    where measured.kpi_id is null
),

completed as (
    select * from measured
    union all by name
    select * from absent
),

judged as (
    select
        completed.*,
        entries.is_provisional_by_window,
        kpi.interval_method,
        kpi.min_n_comparable,
        coalesce(completed.n < kpi.min_n_indicative, false) as is_under_minimum,
        case
            when completed.n < kpi.min_n_indicative then 'below_minimum_n'
            when completed.value is null then coalesce(completed.null_reason, entries.missing_reason)
        end as final_null_reason
    from completed
    inner join entries on completed.kpi_id = entries.kpi_id
    inner join {{ ref('dim_kpi') }} as kpi on completed.kpi_id = kpi.kpi_id
)

select
    territory_id,
    month_on,
    audience,
    kpi_id,
    case when final_null_reason is null then value end as value,
    case when final_null_reason is null then numerator end as numerator,
    case when final_null_reason is null then denominator end as denominator,
    n,
    case
        when final_null_reason is null and interval_method = 'wilson'
            then {{ wilson_bound('numerator', 'denominator', '-') }}
    end as interval_low,
    case
        when final_null_reason is null and interval_method = 'wilson'
            then {{ wilson_bound('numerator', 'denominator', '+') }}
    end as interval_high,
    known_share,
    case
        when final_null_reason is not null then 'withheld'
        when coalesce(n < min_n_comparable, false) or coalesce(known_share < 1, false) then 'indicative'
        else 'ok'
    end as quality,
    final_null_reason as null_reason,
    case
        when is_provisional_by_window
            then {{ add_months('month_on', 1) }} + cast(re_read_days as integer) > last_accepted_night_on + 1
        else is_flagged_provisional
    end as is_provisional,
    data_through_on,
    stale_nights
from judged
