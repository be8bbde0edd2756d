select
    _source as source_id,
    _night as night_on,
    comment_id,
    post_id,
    parent_comment_id,
    author_id,
    account_key,
    territory_id,
    created_at as posted_at,
    {{ local_day('created_at') }} as posted_on,
    content,
    is_reply,
    like_count as likes_count
from {{ source('instagram', 'comments') }}
