-- The streams that each series of figures rests on, each with the first month in which it counts.
with
told as (
    select
        kpi_id,
        audience,
        channel_code,
        territory_id,
        source_streams,
        min(month_on) as first_month_on
    from {{ ref('kpi_measured') }}
    group by kpi_id, audience, channel_code, territory_id, source_streams
),

each_stream as (
    select
        * exclude (source_streams),
        {{ each_of('source_streams') }} as source_stream
    from told
)

select
    kpi_id,
    audience,
    channel_code,
    territory_id,
    source_stream,
    min(first_month_on) as first_month_on
from each_stream
group by kpi_id, audience, channel_code, territory_id, source_stream
