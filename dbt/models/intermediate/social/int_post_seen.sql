-- One shape for both streams that show posts: the same post may be seen by both, on the same night.
select
    source_id,
    'statuses' as stream,
    account_key as scope_key,
    cast(null as bigint) as query_version,
    * exclude (source_id, account_key)
from {{ ref('stg_mastodon__statuses') }}
union all by name
select
    source_id,
    'hashtag_timeline' as stream,
    query_id as scope_key,
    query_version,
    * exclude (source_id, query_id, query_version)
from {{ ref('stg_mastodon__hashtag_timeline') }}
