-- After the cases and their events: int_request_affected compares here what a code meant when they were built with what it means now.
-- depends_on: {{ ref('fct_request_event') }}
select
    source_id,
    published_status,
    status_name,
    status_code,
    is_closed,
    source_night_on
from {{ ref('int_request_status') }}
