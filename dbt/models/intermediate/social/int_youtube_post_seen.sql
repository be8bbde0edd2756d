-- A video's words are its title and its description.
with
videos as (
    select
        'posts' as stream,
        'own' as scope_kind,
        account_key as scope_key,
        * exclude (account_key)
    from {{ ref('stg_youtube__posts') }}
    union all by name
    select
        'hashtag_posts' as stream,
        'query' as scope_kind,
        query_id as scope_key,
        * exclude (query_id)
    from {{ ref('stg_youtube__hashtag_posts') }}
)

select
    'youtube' as channel_code,
    * exclude (title, content, tags, category_code, broadcast_code, duration_seconds, has_captions),
    concat_ws(chr(10), title, content) as content,
    false as is_reply,
    false as is_repost,
    likes_count as reactions_count
from videos
