-- One row per captured post and territory, whatever the number of queries that captured it there.
select distinct
    post.post_id,
    post.source_id,
    'hashtag_timeline' as stream,
    post.channel_code,
    bridge.ancestor_id as territory_id,
    post.month_on,
    post.author_kind = 'citizen_or_other' as is_citizen,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_post_query') }} as captured
inner join {{ ref('fct_post') }} as post on captured.post_id = post.post_id
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on captured.territory_id = bridge.territory_id and bridge.weight = 1
where not post.is_repost and not post.is_deleted_at_source and post.channel_code = 'mastodon'
