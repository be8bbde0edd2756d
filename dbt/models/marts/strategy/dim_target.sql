select
    target.kpi_id,
    target.territory_id,
    coalesce(target.audience, kpi.audience) as audience,
    target.channel_code,
    target.period_code,
    case target.months_count when 12 then 'year' when 3 then 'quarter' else 'month' end as period_kind,
    target.starts_on,
    cast({{ add_months('target.starts_on', 'target.months_count') }} - 1 as date) as ends_on,
    target.months_count,
    target.target_value,
    coalesce(target.sense_code, case kpi.direction when 'up' then 'at_least' when 'down' then 'at_most' end) as sense_code
from {{ ref('stg_lake__target') }} as target
left join {{ ref('dim_kpi') }} as kpi on target.kpi_id = kpi.kpi_id
