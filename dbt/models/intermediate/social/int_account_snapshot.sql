-- One shape for the nightly snapshots of the watched accounts. What a platform does not count has no column there, and is NULL here.
with
snapshots as (
    select
        'mastodon' as channel_code,
        *
    from {{ ref('stg_mastodon__accounts') }}
    union all by name
    select
        'bluesky' as channel_code,
        *
    from {{ ref('stg_bluesky__accounts') }}
    union all by name
    select
        'youtube' as channel_code,
        *
    from {{ ref('stg_youtube__accounts') }}
    union all by name
    select
        'instagram' as channel_code,
        *
    from {{ ref('stg_instagram__accounts') }}
    union all by name
    select
        'facebook' as channel_code,
        *
    from {{ ref('stg_facebook__accounts') }}
)

select
    channel_code,
    source_id,
    night_on,
    account_key,
    author_id,
    territory_id,
    followers_count,
    coalesce(is_followers_count_hidden, false) as is_followers_count_hidden,
    following_count,
    posts_count,
    is_bot,
    created_at
from snapshots
