{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='comment_id',
    on_schema_change='fail', meta={'affected_by': 'int_comment_affected'}
) }}
-- depends_on: {{ ref('int_comment_affected') }}
with
current_version as (
    select
        *,
        min(night_on) over (partition by comment_id) as first_seen_night_on,
        max(night_on) over (partition by comment_id) as last_seen_night_on
    from {{ ref('int_comment_sighting') }}
    qualify row_number() over (
        partition by comment_id order by edited_at desc nulls last, night_on desc, account_key asc, source_id asc
    ) = 1
),

-- The other comments of their threads, since they were first heard.
around as (
    select *
    from {{ ref('int_comment_seen') }}
    {% if is_incremental() %}
    where night_on >= {{ literal_floor(ref('int_comment_affected'), 'earliest_night_on') }}
    {% endif %}
),

-- The day that decides how long a night lists a comment: its thread's on YouTube, its post's on Facebook and Instagram. Where it is not
-- known, no absence tells anything.
anchors as (
    select
        post.comment_id,
        case
            when post.channel_code in ('facebook', 'instagram') then max(own_post.posted_on)
            when post.reply_to_id is null then max(post.posted_on)
            else max(thread.posted_on)
        end as anchor_on
    from current_version as post
    left join {{ ref('fct_post') }} as own_post
        on
            post.post_id = own_post.post_id
            and own_post.channel_code in ('facebook', 'instagram')
            {% if is_incremental() %}
            -- a post whose window was over when the comment was first heard tells no absence
            and own_post.posted_on
            >= {{ literal_floor(ref('int_comment_affected'), 'earliest_night_on') }} - {{ longest_window(['comments']) }}
            {% endif %}
    left join around as thread on post.reply_to_id = thread.comment_id and post.first_seen_night_on <= thread.night_on
    group by post.comment_id, post.channel_code, post.reply_to_id
),

newest_covering as (
    select
        post.comment_id,
        max(asked.night_on) as night_on
    from current_version as post
    inner join anchors on post.comment_id = anchors.comment_id
    inner join {{ ref('source_stream') }} as contract on post.source_id = contract.source_id and post.stream = contract.stream
    inner join {{ ref('int_account_night') }} as asked
        on
            post.source_id = asked.source_id
            and post.stream = asked.stream
            and post.account_key = asked.account_key
            and asked.night_on between post.posted_on and anchors.anchor_on + cast(contract.re_read_days - 1 as integer)
            {% if is_incremental() %}
            and asked.night_on >= {{ literal_floor(ref('int_comment_affected'), 'earliest_night_on') }}
            {% endif %}
    group by post.comment_id
),

answers as (
    select
        post.comment_id,
        min(answer.posted_at) as first_official_reply_at
    from current_version as post
    inner join around as answer
        on
            post.comment_id = answer.reply_to_id
            and post.first_seen_night_on <= answer.night_on
            and answer.posted_at between post.posted_at and post.posted_at + interval '{{ answer_days() }}' day
    inner join {{ ref('int_official_author') }} as official on answer.author_id = official.author_id
    group by post.comment_id
)

select
    post.comment_id,
    post.source_id,
    post.channel_code,
    post.post_id,
    post.reply_to_id,
    post.account_key,
    post.author_id,
    {{ author_kind('official.account_key', 'false') }} as author_kind,
    case when post.author_id is null then 'not_reported' end as author_null_reason,
    coalesce(account.territory_id, post.territory_id) as territory_id,
    post.posted_at,
    post.posted_on,
    post.month_on,
    post.edited_at,
    case when not {{ deleted_at_source('post') }} then post.content end as content,
    post.likes_count,
    post.replies_count,
    -- A thread is answered, or not; a reply within it is part of a conversation.
    case when post.reply_to_id is null and official.account_key is null then answers.first_official_reply_at end as first_official_reply_at,
    case when post.reply_to_id is null and official.account_key is null then answers.comment_id is not null end as is_replied,
    {{ deleted_at_source('post') }} as is_deleted_at_source,
    post.first_seen_night_on,
    post.last_seen_night_on,
    post.night_on as source_night_on
from current_version as post
left join {{ ref('int_official_author') }} as official on post.author_id = official.author_id
left join {{ ref('int_account_version') }} as account
    on post.account_key = account.account_key and {{ version_of_day('account', 'post.posted_on') }}
left join newest_covering on post.comment_id = newest_covering.comment_id
left join answers on post.comment_id = answers.comment_id
