-- What asks the watched accounts for an answer: threads of comments under their posts, and posts of others that name them.
select
    comment_id as utterance_id,
    source_id,
    'comments' as stream,
    channel_code,
    territory_id,
    month_on,
    coalesce(author_id, comment_id) as author_key,
    posted_at,
    first_official_reply_at,
    is_replied,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_comment') }}
where is_replied is not null and not is_deleted_at_source

union all

select
    post_id || ' ' || account_key as utterance_id,
    source_id,
    case when channel_code in ('instagram', 'facebook') then 'mentions' else {{ listening_stream('channel_code') }} end as stream,
    channel_code,
    territory_id,
    month_on,
    coalesce(author_id, post_id) as author_key,
    posted_at,
    first_official_reply_at,
    is_replied,
    reply_null_reason as null_reason,
    false as is_provisional
from {{ ref('fct_mention') }}
where author_kind = 'citizen_or_other'
