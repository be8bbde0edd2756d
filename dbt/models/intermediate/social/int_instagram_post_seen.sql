-- Media of the accounts, media that tag them, media under a hashtag (whose author Meta does not tell).
with
media as (
    select
        'posts' as stream,
        'own' as scope_kind,
        account_key as scope_key,
        * exclude (account_key, media_product_type_code)
    from {{ ref('stg_instagram__posts') }}
    union all by name
    select
        'mentions' as stream,
        'mention' as scope_kind,
        account_key as scope_key,
        * exclude (account_key)
    from {{ ref('stg_instagram__mentions') }}
    union all by name
    select
        'hashtag_posts' as stream,
        'query' as scope_kind,
        query_id as scope_key,
        * exclude (query_id)
    from {{ ref('stg_instagram__hashtag_posts') }}
)

select
    'instagram' as channel_code,
    * exclude (media_type_code),
    false as is_reply,
    false as is_repost,
    likes_count as reactions_count
from media
