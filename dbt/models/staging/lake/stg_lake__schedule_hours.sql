select
    schedule_id,
    timezone as time_zone,
    holiday_zone as holiday_zone_code,
    valid_from,
    day_of_week,
    opens_minute,
    closes_minute
from {{ source('lake', 'schedule_hours') }}
