select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    author_id,
    followers_count,
    is_followers_count_hidden,
    views_count,
    posts_count,
    created_at
from {{ source('youtube', 'accounts') }}
