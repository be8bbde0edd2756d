select
    schedule_id,
    opens_at,
    closes_at,
    open_seconds_before
from {{ ref('int_opening_hours') }}
