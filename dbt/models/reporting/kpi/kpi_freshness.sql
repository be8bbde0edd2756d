{{ config(materialized='table') }}
-- How fresh each set of streams is that KPI rows rest on.
-- A row of kind `model` names the families' streams of its entry: any source of theirs.
with
rows_of as (
    select
        kpi_id,
        source_streams
    from {{ ref('kpi_measured') }}
    union
    select
        kpi_id,
        source_streams
    from {{ ref('kpi_series') }}
    union
    select
        kpi_id,
        live_streams as source_streams
    from {{ ref('kpi_series') }}
    where live_streams is not null
)

select
    rows_of.kpi_id,
    rows_of.source_streams,
    min(freshness.last_accepted_night_on) as last_accepted_night_on,
    min(freshness.data_through_on) as data_through_on,
    max(freshness.data_through_on) as last_data_on,
    -- A month may change as long as a night reads it again, and until a stream speaks of the next one: a file restates the month before.
    min(least(freshness.last_accepted_night_on + 1 - cast(freshness.re_read_days as integer), freshness.data_through_on)) as settled_on,
    max(freshness.stale_nights) as stale_nights
from rows_of
inner join {{ ref('dim_kpi') }} as kpi on rows_of.kpi_id = kpi.kpi_id
inner join {{ ref('fct_stream_freshness') }} as freshness
    on
        {{ has_element('rows_of.source_streams', "freshness.source_id || '.' || freshness.stream") }}
        or (
            kpi.kind = 'model'
            and {{ has_element('rows_of.source_streams', "freshness.family || '.' || freshness.stream") }}
        )
group by rows_of.kpi_id, rows_of.source_streams
