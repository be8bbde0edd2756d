select
    _source as source_id,
    _night as night_on,
    area as area_code,
    dump_on
from {{ source('inside_airbnb', 'dumps') }}
