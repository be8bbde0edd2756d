select
    source_id,
    'requests' as stream,
    office_code,
    territory_id,
    month_on,
    visited_on as day_on,
    channel_code,
    office_requests_count,
    case when office_requests_count is not null then foreign_office_requests_count end as foreign_office_requests_count,
    case when foreign_office_requests_count is not null then office_requests_count end as split_office_requests_count,
    null_reason,
    false as is_provisional
from {{ ref('fct_office_request_day') }}
where territory_id is not null
