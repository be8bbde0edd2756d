-- Reviews of every platform in one shape. Google gives no author; Facebook's recommendations replaced its stars, and it shows no answer.
select
    source_id,
    night_on,
    'reviews' as stream,
    review_id,
    'google_business' as channel_code,
    account_key,
    territory_id,
    author_id,
    posted_at,
    posted_on,
    edited_at,
    coalesce({{ local_day('edited_at') }}, posted_on) as changed_on,
    stars_count,
    cast(null as varchar) as recommendation_code,
    content,
    reply_content,
    replied_at,
    true as is_reply_reported
from {{ ref('stg_google_business__reviews') }}
union all
select
    source_id,
    night_on,
    'ratings' as stream,
    review_id,
    'facebook' as channel_code,
    account_key,
    territory_id,
    author_id,
    posted_at,
    posted_on,
    cast(null as timestamp) as edited_at,
    posted_on as changed_on,
    rating as stars_count,
    recommendation_code,
    content,
    cast(null as varchar) as reply_content,
    cast(null as timestamp) as replied_at,
    false as is_reply_reported
from {{ ref('stg_facebook__ratings') }}
