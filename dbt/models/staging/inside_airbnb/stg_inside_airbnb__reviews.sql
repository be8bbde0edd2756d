select
    _source as source_id,
    _night as night_on,
    area as area_code,
    dump_on,
    listing_id,
    reviewed_on,
    review_number
from {{ source('inside_airbnb', 'reviews') }}
