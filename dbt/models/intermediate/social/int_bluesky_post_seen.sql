-- A repost is no record of its own in a feed: it is another's post with the moment it was passed on. Here it becomes one, as on other
-- platforms. The post itself is its author's, and is only known where a query captured it.
select
    'bluesky' as channel_code,
    'posts' as stream,
    'own' as scope_kind,
    account_key as scope_key,
    * exclude (account_key, indexed_at, languages, quote_of_id, is_pinned, reposted_at),
    likes_count as reactions_count
from {{ ref('stg_bluesky__posts') }}
where not is_repost

union all by name

select
    'bluesky' as channel_code,
    'posts' as stream,
    'own' as scope_kind,
    account_key as scope_key,
    source_id,
    night_on,
    {{ dbt.hash("account_key || ' ' || post_id || ' ' || reposted_at") }} as post_id,
    territory_id,
    reposted_at as posted_at,
    {{ local_day('reposted_at') }} as posted_on,
    false as is_reply,
    true as is_repost,
    post_id as repost_of_id,
    author_id as repost_of_author_id
from {{ ref('stg_bluesky__posts') }}
where is_repost and reposted_at is not null

union all by name

select
    'bluesky' as channel_code,
    'hashtag_posts' as stream,
    'query' as scope_kind,
    query_id as scope_key,
    * exclude (query_id, indexed_at, languages, quote_of_id),
    false as is_repost,
    likes_count as reactions_count
from {{ ref('stg_bluesky__hashtag_posts') }}
