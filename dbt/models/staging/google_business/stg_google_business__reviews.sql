select
    _source as source_id,
    _night as night_on,
    review_id,
    cast(null as varchar) as author_id,
    account_key,
    territory_id,
    created_at as posted_at,
    {{ local_day('created_at') }} as posted_on,
    nullif(updated_at, created_at) as edited_at,
    stars as stars_count,
    content,
    is_anonymous,
    reply_content,
    reply_updated_at as replied_at
from {{ source('google_business', 'reviews') }}
