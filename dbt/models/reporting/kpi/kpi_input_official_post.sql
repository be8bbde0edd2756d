-- Own posts of the watched accounts that are still at the source; boosts are somebody else's words.
with
posts as (
    select
        post_id,
        source_id,
        territory_id,
        month_on,
        followers_at_post_count,
        followers_null_reason,
        interactions_count
    from {{ ref('fct_post') }}
    where author_kind = 'official' and not is_repost and not is_deleted_at_source and channel_code = 'mastodon'
)

select
    post_id,
    source_id,
    'statuses' as stream,
    territory_id,
    month_on,
    case when followers_at_post_count > 0 then interactions_count end as rated_interactions_count,
    case when followers_at_post_count > 0 and interactions_count is not null then followers_at_post_count end
        as rated_followers_count,
    coalesce(followers_null_reason, case when interactions_count is null then 'not_reported' end) as null_reason,
    false as is_provisional
from posts
