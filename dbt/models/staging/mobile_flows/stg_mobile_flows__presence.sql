select
    _source as source_id,
    _night as night_on,
    zone_code,
    zone_name,
    present_on,
    category as presence_category,
    origin,
    presence_estimate,
    overnight_presence_estimate,
    withheld_fields,
    file_name,
    file_row
from {{ source('mobile_flows', 'presence') }}
