-- What was measured, and the zeros of what is known to have been silent.
with
measured as (
    select measured.*
    from {{ ref('kpi_measured') }} as measured
    inner join {{ ref('kpi_freshness') }} as freshness
        on measured.kpi_id = freshness.kpi_id and measured.source_streams = freshness.source_streams
    where measured.month_on <= freshness.last_data_on
),

months as (
    select distinct month_on
    from {{ ref('dim_date') }}
),

-- A month is a zero between the first month and the last day of data, provided that each of its sources speaks of it and that a night of
-- each read it: one that asked for days of the month.
read_months as (
    select
        freshness.source_id || '.' || freshness.stream as source_stream,
        months.month_on
    from {{ ref('fct_stream_freshness') }} as freshness
    inner join months on freshness.data_through_on >= months.month_on
    inner join {{ ref('fct_source_night') }} as landed
        on
            freshness.source_id = landed.source_id
            and freshness.stream = landed.stream
            and landed.verdict = 'accepted'
            and months.month_on <= landed.night_on
            and {{ add_months('months.month_on', 1) }}
            > coalesce(landed.read_from_on, landed.night_on - cast(freshness.re_read_days as integer))
    group by freshness.source_id, freshness.stream, months.month_on
),

absent as (
    select
        series.* exclude (first_month_on, live_streams),
        months.month_on,
        (
            select count(*)
            from read_months
            where
                {{ has_element('series.source_streams', 'read_months.source_stream') }}
                and read_months.month_on = months.month_on
        ) = {{ elements_count('series.source_streams') }} as is_read
    from {{ ref('kpi_series') }} as series
    inner join {{ ref('dim_kpi') }} as kpi on series.kpi_id = kpi.kpi_id and kpi.absent_is_zero
    inner join {{ ref('kpi_freshness') }} as freshness
        on series.kpi_id = freshness.kpi_id and series.source_streams = freshness.source_streams
    inner join {{ ref('dim_territory') }} as territory on series.territory_id = territory.territory_id
    inner join months
        on
            months.month_on between series.first_month_on and freshness.last_data_on
            -- A commune that merged has no zeros after its end.
            and (territory.ended_on is null or territory.ended_on > months.month_on)
    left join measured
        on
            series.kpi_id = measured.kpi_id
            and series.audience = measured.audience
            and series.channel_code = measured.channel_code
            and series.territory_id = measured.territory_id
            and months.month_on = measured.month_on
    where measured.kpi_id is null
)

select
    *,
    'measured' as origin_code
from measured
union all by name
select
    * exclude (is_read),
    case when is_read then cast(0 as double) end as value,
    case when is_read then 0 end as n,
    case when not is_read then 'not_observed' end as null_reason,
    case when is_read then 'silence' else 'unread' end as origin_code
from absent
