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
),

-- The days reach into the month before; those that end on 1 March, into January.
months as (
    select
        anchors.*,
        {{ add_months('anchors.month_on', '-back.months') }} as posted_month_on
    from anchors
    cross join (values (0), (1), (2)) as back (months)
)

select
    months.account_key,
    months.month_on,
    months.source_id,
    {{ own_posts_stream('months.channel_code') }} as stream,
    months.channel_code,
    months.territory_id,
    count(post.post_id) as posts_of_30_days_count,
    30 as observed_days,
    cast(null as varchar) as null_reason,
    false as is_provisional
from months
left join {{ ref('fct_post') }} as post
    on
        months.account_key = post.account_key
        and post.posted_on between months.anchor_on - 29 and months.anchor_on
        and months.posted_month_on = post.month_on
        and not post.is_repost
        and not post.is_deleted_at_source
group by months.account_key, months.month_on, months.source_id, months.channel_code, months.territory_id
