-- One shape for every stream that shows posts: the same post may be seen by several, on the same night.
with
posts as (
    select * from {{ ref('int_mastodon_post_seen') }}
    union all by name
    select * from {{ ref('int_bluesky_post_seen') }}
    union all by name
    select * from {{ ref('int_youtube_post_seen') }}
    union all by name
    select * from {{ ref('int_instagram_post_seen') }}
    union all by name
    select * from {{ ref('int_facebook_post_seen') }}
)

select
    posts.channel_code,
    posts.source_id,
    posts.stream,
    posts.scope_kind,
    posts.scope_key,
    posts.query_version,
    posts.night_on,
    posts.post_id,
    posts.author_id,
    posts.territory_id,
    posts.posted_at,
    posts.posted_on,
    {{ month_of('posts.posted_on') }} as month_on,
    posts.night_on <= posts.posted_on + cast(contract.re_read_days as integer) as is_in_window,
    posts.version_at,
    posts.edited_at,
    posts.visibility_code,
    {{ language_part('posts.language_code') }} as language_code,
    case when not posts.is_repost then nullif(posts.content, '') end as content,
    posts.is_reply,
    posts.reply_to_id,
    posts.is_repost,
    posts.repost_of_id,
    posts.repost_of_author_id,
    case when not posts.is_repost then posts.media_count end as media_count,
    case when not posts.is_repost then {{ lower_texts('posts.hashtags') }} end as hashtags,
    case when not posts.is_repost then posts.mention_ids end as mention_ids,
    {% for metric in ['likes', 'reactions', 'replies', 'shares', 'quotes', 'saves', 'views'] %}
    case when not posts.is_repost then posts.{{ metric }}_count end as {{ metric }}_count,
    {% endfor %}
    posts.author_followers_count,
    posts.author_is_bot
from posts
inner join {{ ref('source_stream') }} as contract
    on posts.source_id = contract.source_id and posts.stream = contract.stream
