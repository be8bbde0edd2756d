select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    average_rating,
    reviews_count
from {{ source('google_business', 'locations') }}
