{{ config(materialized='table') }}
{%- set posts = as_last_built('fct_post') %}
{%- set mentions = as_last_built('fct_mention') %}
{%- set content = ['posts', 'statuses', 'hashtag_timeline', 'hashtag_posts', 'mentions'] %}
{%- set streams = content + ['accounts', 'post_metrics'] %}
-- depends_on: {{ ref('int_post_seen') }} {{ ref('int_account_changed') }} {{ ref('int_account_day_affected') }} {{ ref('source_stream') }}
-- depends_on: {{ source('lake', 'pending_file') }}
{%- if posts %}
with
{{ affected_in_window(
    fact=posts,
    seen=ref('int_post_seen'),
    key='post_id',
    streams=streams,
    content=content
) }},

-- Followers of the post's day may have become known, or changed.
of_account_days as (
    select
        post.post_id,
        post.month_on,
        post.first_seen_night_on
    from {{ posts }} as post
    inner join {{ ref('int_account_day_affected') }} as account_day
        on post.account_key = account_day.account_key and post.posted_on between account_day.day_on - 1 and account_day.day_on
    where post.posted_on >= {{ literal_floor(ref('int_account_day_affected'), 'day_on', when=true) }} - 1
),

-- Posts that own posts among these answer, or answered.
of_answers as (
    select
        post_id,
        month_on,
        first_seen_night_on
    from {{ posts }}
    where
        posted_on >= {{ oldest_day_in_windows(streams, content) }} - {{ answer_days() }}
        and post_id in (
            select reply_to_id
            from {{ ref('int_post_seen') }}
            where
                scope_kind = 'own'
                and {{ is_pending(streams) }}
            union
            select known_reply_to_id
            from windowed
        )
),

-- A platform may list a post as one that names an account: then fct_mention alone tells.
{{ of_changed_accounts(posts, 'post_id', ['account_key', 'author_id', 'repost_of_author_id'], 'mention_ids', naming=mentions) }}

select
    post_id,
    month_on,
    min(earliest_night_on) as earliest_night_on
from (
    select
        post_id,
        month_on,
        earliest_night_on
    from windowed
    union all
    select * from of_account_days
    union all
    select * from of_answers
    union all
    select * from of_changed_accounts
    {{ left_unfinished(['post_id', 'month_on', 'earliest_night_on']) }}
)
group by post_id, month_on
{%- else %}
select
    post_id,
    month_on,
    night_on as earliest_night_on
from {{ ref('int_post_seen') }}
where false
{%- endif %}
