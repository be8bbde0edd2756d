select
    _source as source_id,
    _night as night_on,
    comment_id,
    post_id,
    reply_to_id,
    author_id,
    account_key,
    territory_id,
    posted_at,
    {{ local_day('posted_at') }} as posted_on,
    nullif(updated_at, posted_at) as edited_at,
    content,
    likes_count,
    replies_count
from {{ source('youtube', 'comments') }}
