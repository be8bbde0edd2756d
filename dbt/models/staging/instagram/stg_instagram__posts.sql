select
    _source as source_id,
    _night as night_on,
    post_id,
    author_id,
    account_key,
    territory_id,
    created_at as posted_at,
    {{ local_day('created_at') }} as posted_on,
    content,
    hashtags,
    media_type as media_type_code,
    media_product_type as media_product_type_code,
    like_count as likes_count,
    comments_count as replies_count
from {{ source('instagram', 'posts') }}
