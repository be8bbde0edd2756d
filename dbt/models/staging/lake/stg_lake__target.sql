select
    kpi_id,
    territory_id,
    audience,
    channel_code,
    period as period_code,
    starts_on,
    months_count,
    value as target_value,
    sense as sense_code
from {{ source('lake', 'target') }}
