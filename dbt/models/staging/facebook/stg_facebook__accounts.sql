select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    author_id,
    followers_count,
    fan_count as fans_count,
    rating_count as ratings_count,
    overall_star_rating as rating_mean,
    talking_about_count,
    were_here_count as visits_count
from {{ source('facebook', 'accounts') }}
