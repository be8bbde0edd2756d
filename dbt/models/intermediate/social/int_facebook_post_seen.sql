-- Posts of the Pages, and posts that tag them. Meta dates the last activity under a post, not its edition; reactions are of every type, and
-- likes among them are an insight.
select
    'facebook' as channel_code,
    'posts' as stream,
    'own' as scope_kind,
    account_key as scope_key,
    * exclude (account_key, last_activity_at, status_type_code),
    last_activity_at as version_at,
    false as is_reply,
    false as is_repost
from {{ ref('stg_facebook__posts') }}

union all by name

select
    'facebook' as channel_code,
    'mentions' as stream,
    'mention' as scope_kind,
    account_key as scope_key,
    * exclude (account_key, last_activity_at),
    last_activity_at as version_at,
    false as is_reply,
    false as is_repost
from {{ ref('stg_facebook__mentions') }}
