select
    _source as source_id,
    _night as night_on,
    review_id,
    author_id,
    account_key,
    territory_id,
    created_at as posted_at,
    {{ local_day('created_at') }} as posted_on,
    recommendation as recommendation_code,
    rating,
    has_review,
    content
from {{ source('facebook', 'ratings') }}
