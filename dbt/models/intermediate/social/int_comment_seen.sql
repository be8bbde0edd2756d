-- One shape for the comments under the posts of the watched accounts. `anchor_on` is the day that decides how long a night lists it: of the
-- thread on YouTube, of the post on Facebook and Instagram.
with
comments as (
    select
        'youtube' as channel_code,
        *
    from {{ ref('stg_youtube__comments') }}
    union all by name
    select
        'facebook' as channel_code,
        parent_comment_id as reply_to_id,
        * exclude (parent_comment_id, is_reply)
    from {{ ref('stg_facebook__comments') }}
    union all by name
    select
        'instagram' as channel_code,
        parent_comment_id as reply_to_id,
        * exclude (parent_comment_id, is_reply)
    from {{ ref('stg_instagram__comments') }}
)

select
    comments.channel_code,
    comments.source_id,
    'comments' as stream,
    comments.account_key,
    comments.night_on,
    comments.comment_id,
    comments.post_id,
    comments.reply_to_id,
    comments.author_id,
    comments.territory_id,
    comments.posted_at,
    comments.posted_on,
    {{ month_of('comments.posted_on') }} as month_on,
    comments.night_on <= comments.posted_on + cast(contract.re_read_days as integer) as is_in_window,
    comments.edited_at,
    comments.content,
    comments.likes_count,
    comments.replies_count
from comments
inner join {{ ref('source_stream') }} as contract
    on comments.source_id = contract.source_id and contract.stream = 'comments'
