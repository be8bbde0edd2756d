select
    _source as source_id,
    _night as night_on,
    request_id,
    event_number,
    form_slug,
    occurred_at,
    status_id as published_status_code,
    is_agent
from {{ source('publik', 'form_events') }}
