select
    _source as source_id,
    _night as night_on,
    post_id,
    author_id,
    account_key,
    territory_id,
    created_at as posted_at,
    {{ local_day('created_at') }} as posted_on,
    updated_at as last_activity_at,
    content,
    hashtags,
    reactions_count,
    comments_count as replies_count,
    shares_count
from {{ source('facebook', 'mentions') }}
