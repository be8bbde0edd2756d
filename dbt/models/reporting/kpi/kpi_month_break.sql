{{ config(materialized='table') }}
-- The figures whose series breaks, with every reason: what ends a series is said of a KPI, or of a territory whatever the KPI.
with
figures as (
    select
        kpi_id,
        territory_id,
        audience,
        channel_code,
        month_on,
        source_streams
    from {{ ref('kpi_judged') }}
),

broken as (
    select
        figures.*,
        broken.reason_fr
    from figures
    inner join {{ ref('kpi_break') }} as broken
        on
            figures.kpi_id = broken.kpi_id
            and figures.month_on = broken.month_on
            and figures.territory_id = coalesce(broken.territory_id, figures.territory_id)
            and (
                figures.channel_code = broken.channel_code
                or (figures.channel_code = 'all' and {{ any_starts_with('figures.source_streams', "broken.channel_code || '.'") }})
            )
    union all
    select
        figures.*,
        broken.reason_fr
    from figures
    inner join {{ ref('kpi_break') }} as broken
        on figures.territory_id = broken.territory_id and figures.month_on = broken.month_on and broken.kpi_id is null
)

select
    kpi_id,
    territory_id,
    audience,
    channel_code,
    month_on,
    {{ join_texts(distinct_list('reason_fr'), ' ') }} as break_reason_fr
from broken
group by kpi_id, territory_id, audience, channel_code, month_on
