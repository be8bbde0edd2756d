-- Own posts of the watched accounts that are still at the source; what they pass on is somebody else's words.
select
    post_id,
    source_id,
    {{ own_posts_stream('channel_code') }} as stream,
    channel_code,
    territory_id,
    month_on,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_post') }}
where account_key is not null and not is_repost and not is_deleted_at_source
