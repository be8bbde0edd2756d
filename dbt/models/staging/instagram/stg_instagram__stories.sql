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
    media_type as media_type_code
from {{ source('instagram', 'stories') }}
