-- Posts of the 30 days that end with the last night of the month that read the account.
with
anchors as (
    select
        account_key,
        month_on,
        max(day_on) as anchor_on,
        {{ first_known('source_id', 'day_on desc') }} as source_id,
        {{ first_known('channel_code', 'day_on desc') }} as channel_code,
        {{ first_known('territory_id', 'day_on desc') }} as territory_id
    from {{ ref('fct_account_day') }}
    where source_night_on = day_on
    group by account_key, month_on
)

select
    anchors.account_key,
    anchors.month_on,
    anchors.source_id,
    {{ own_posts_stream('anchors.channel_code') }} as stream,
    anchors.channel_code,
    anchors.territory_id,
    count(post.post_id) as posts_of_30_days_count,
    30 as observed_days,
    cast(null as varchar) as null_reason,
    false as is_provisional
from anchors
left join {{ ref('fct_post') }} as post
    on
        anchors.account_key = post.account_key
        and post.posted_on between anchors.anchor_on - 29 and anchors.anchor_on
        and post.month_on >= {{ add_months('anchors.month_on', -1) }}
        and not post.is_repost
        and not post.is_deleted_at_source
group by anchors.account_key, anchors.month_on, anchors.source_id, anchors.channel_code, anchors.territory_id
