select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    author_id,
    followers_count,
    follows_count as following_count,
    media_count as posts_count
from {{ source('instagram', 'accounts') }}
