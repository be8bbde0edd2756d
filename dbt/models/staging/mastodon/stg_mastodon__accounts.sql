select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    author_id,
    followers_count,
    following_count,
    statuses_count as posts_count,
    created_at,
    last_status_on,
    is_bot
from {{ source('mastodon', 'accounts') }}
