-- A boost is a status of its own that repeats another one: what it shows is not its own.
with
statuses as (
    select
        'statuses' as stream,
        'own' as scope_kind,
        account_key as scope_key,
        * exclude (account_key)
    from {{ ref('stg_mastodon__statuses') }}
    union all by name
    select
        'hashtag_timeline' as stream,
        'query' as scope_kind,
        query_id as scope_key,
        * exclude (query_id)
    from {{ ref('stg_mastodon__hashtag_timeline') }}
)

select
    'mastodon' as channel_code,
    * exclude (content, content_warning, is_sensitive),
    concat_ws(chr(10), nullif(content_warning, ''), content) as content,
    edited_at as version_at,
    repost_of_id is not null as is_repost,
    likes_count as reactions_count
from statuses
