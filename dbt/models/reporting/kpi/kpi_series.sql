-- Where every event is reported, a month without any is a zero: each such series, since when it has been told and by which streams.
select
    measured.kpi_id,
    measured.audience,
    measured.channel_code,
    measured.territory_id,
    {{ distinct_of_lists('measured.source_streams') }} as source_streams,
    min(measured.month_on) as first_month_on
from {{ ref('kpi_measured') }} as measured
inner join {{ ref('dim_kpi') }} as kpi on measured.kpi_id = kpi.kpi_id and kpi.absent_is_zero
group by measured.kpi_id, measured.audience, measured.channel_code, measured.territory_id
