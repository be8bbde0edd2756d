select
    _source as source_id,
    _night as night_on,
    request_id,
    declared_on,
    closed_on,
    updated_at,
    status as published_status,
    category,
    subcategory,
    channel as published_channel,
    municipality_code,
    postcode,
    district,
    service,
    latitude,
    longitude
from {{ source('opendatasoft', 'reports') }}
