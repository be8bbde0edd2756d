{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='post_id',
    on_schema_change='fail', meta={'affected_by': 'int_post_affected'}
) }}
-- depends_on: {{ ref('int_post_affected') }}
with
-- A platform lists the posts that tag an account, or each post tells whom it names.
named as (
    select
        post_id,
        scope_key as account_key,
        night_on
    from {{ ref('int_post_sighting') }}
    where scope_kind = 'mention'
    union all
    select
        sighting.post_id,
        official.account_key,
        sighting.night_on
    from (
        select
            post_id,
            night_on,
            {{ each_of('mention_ids') }} as mention_id
        from {{ ref('int_post_sighting') }}
    ) as sighting
    inner join {{ ref('int_official_author') }} as official on sighting.mention_id = official.author_id
),

mentions as (
    select
        post_id,
        account_key,
        max(night_on) as night_on
    from named
    group by post_id, account_key
),

posts as (
    select
        post_id,
        source_id,
        channel_code,
        posted_at,
        posted_on,
        month_on,
        min(night_on) over (partition by post_id) as first_seen_night_on
    from {{ ref('int_post_sighting') }}
    qualify row_number() over (partition by post_id order by night_on desc, stream asc, scope_key asc, source_id asc) = 1
),

-- Own answers, among what was shown since the mention was first heard.
answers as (
    select
        mentions.post_id,
        mentions.account_key,
        min(answer.posted_at) as first_official_reply_at
    from mentions
    inner join posts on mentions.post_id = posts.post_id
    inner join {{ ref('int_post_seen') }} as answer
        on
            mentions.post_id = answer.reply_to_id
            and mentions.account_key = answer.scope_key
            and answer.scope_kind = 'own'
            and posts.first_seen_night_on <= answer.night_on
            and answer.posted_at between posts.posted_at and posts.posted_at + interval '{{ answer_days() }}' day
            {% if is_incremental() %}
            and answer.night_on >= {{ literal_floor(ref('int_post_affected'), 'earliest_night_on') }}
            {% endif %}
    group by mentions.post_id, mentions.account_key
)

select
    mentions.post_id,
    mentions.account_key,
    posts.source_id,
    posts.channel_code,
    resolved.author_id,
    resolved.author_kind,
    posts.posted_at,
    posts.posted_on,
    posts.month_on,
    account.territory_id,
    answers.first_official_reply_at,
    case when {{ tells_replies('posts.channel_code') }} then answers.post_id is not null end as is_replied,
    case when not {{ tells_replies('posts.channel_code') }} then 'not_reported' end as reply_null_reason,
    mentions.night_on as source_night_on
from mentions
inner join posts on mentions.post_id = posts.post_id
inner join {{ ref('int_post_resolved') }} as resolved on mentions.post_id = resolved.post_id
left join answers on mentions.post_id = answers.post_id and mentions.account_key = answers.account_key
left join {{ ref('int_account_version') }} as account
    on mentions.account_key = account.account_key and {{ version_of_day('account', 'posts.posted_on') }}
where mentions.account_key is distinct from resolved.account_key
