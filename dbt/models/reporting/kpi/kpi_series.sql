{{ config(materialized='table') }}
-- Each series of figures: since when it has been told, by which streams, and by which of them it is still told.
select
    series.kpi_id,
    series.audience,
    series.channel_code,
    series.territory_id,
    {{ distinct_list('series.source_stream') }} as source_streams,
    {{ distinct_list('enabled.source_stream') }} filter (where enabled.source_stream is not null) as live_streams,
    min(series.first_month_on) as first_month_on
from {{ ref('kpi_series_stream') }} as series
left join (
    select source_id || '.' || stream as source_stream
    from {{ ref('fct_stream_freshness') }}
    where source_id in (select source_id from {{ source('lake', 'enabled_source') }})
) as enabled on series.source_stream = enabled.source_stream
group by series.kpi_id, series.audience, series.channel_code, series.territory_id
