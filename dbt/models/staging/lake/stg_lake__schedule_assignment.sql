select
    schedule_id,
    source_id,
    service
from {{ source('lake', 'schedule_assignment') }}
