{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='post_id',
    on_schema_change='fail', meta={'affected_by': 'int_post_affected'}
) }}
{%- set metrics = ['likes', 'reactions', 'replies', 'shares', 'quotes', 'saves', 'views', 'reach'] %}
-- depends_on: {{ ref('int_post_affected') }}
-- depends_on: {{ ref('fct_post_query') }} {{ ref('fct_mention') }}
-- After the other facts about posts: int_post_affected reads here what each night had shown.
with
-- The publisher's version first, then the night: never the order in which nights were run.
current_version as (
    select *
    from {{ ref('int_post_sighting') }}
    qualify row_number() over (
        partition by post_id
        order by version_at desc nulls last, night_on desc, scope_kind = 'own' desc, stream asc, scope_key asc, source_id asc
    ) = 1
),

scopes as (
    select distinct
        post_id,
        source_id,
        stream,
        scope_key,
        query_version,
        posted_on
    from {{ ref('int_post_sighting') }}
),

-- The newest accepted night that asked again for the days the post was written in, and so would have shown it.
newest_covering as (
    select
        scope.post_id,
        max(asked.night_on) as night_on
    from scopes as scope
    inner join {{ ref('source_stream') }} as contract
        on scope.source_id = contract.source_id and scope.stream = contract.stream and contract.is_observable_later
    inner join {{ ref('int_listening_scope_night') }} as asked
        on
            scope.source_id = asked.source_id
            and scope.stream = asked.stream
            and scope.scope_key = asked.scope_key
            and scope.query_version is not distinct from asked.query_version
            -- one day less than the window: the first one is only read in part
            and asked.night_on between scope.posted_on and scope.posted_on + cast(contract.re_read_days - 1 as integer)
            {% if is_incremental() %}
            and asked.night_on >= {{ literal_floor(ref('int_post_affected'), 'earliest_night_on') }}
            {% endif %}
    group by scope.post_id
),

-- The last figure that each night gave: an answer without one never replaces it.
figures as (
    select
        post_id,
        {% for metric in metrics %}
        {{ first_known(metric ~ '_count', 'night_on desc') }} as {{ metric }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_post_metric_day') }}
    {% if is_incremental() %}
    where
        post_id in (select post_id from {{ ref('int_post_affected') }})
        and night_on >= {{ literal_floor(ref('int_post_affected'), 'earliest_night_on') }}
    {% endif %}
    group by post_id
),

-- The account's day of the post, or the next one at most. Never a later one: followers move. Each day is looked up by itself: a post has
-- two, an account has many.
posted as (
    select
        resolved.post_id,
        resolved.account_key,
        {{ each_day('post.posted_on', 'post.posted_on + 2') }} as day_on
    from {{ ref('int_post_resolved') }} as resolved
    inner join current_version as post on resolved.post_id = post.post_id
    where resolved.account_key is not null
),

followers as (
    select
        posted.post_id,
        {{ first_known('account_day.followers_count', 'account_day.day_on') }} as followers_count,
        {{ first_known('account_day.followers_null_reason', 'account_day.day_on') }} as null_reason
    from posted
    inner join {{ ref('fct_account_day') }} as account_day
        on posted.account_key = account_day.account_key and posted.day_on = account_day.day_on
    group by posted.post_id
)

select
    post.post_id,
    post.source_id,
    post.channel_code,
    resolved.account_key,
    resolved.author_id,
    resolved.author_kind,
    case when resolved.author_id is null then 'not_reported' end as author_null_reason,
    resolved.territory_id,
    post.posted_at,
    post.posted_on,
    post.month_on,
    post.edited_at,
    post.visibility_code,
    post.language_code,
    post.is_reply,
    post.reply_to_id,
    post.is_repost,
    post.repost_of_id,
    post.repost_of_author_id,
    case when post.repost_of_author_id is not null then {{ author_kind('original.account_key', 'false') }} end as repost_of_author_kind,
    post.media_count,
    case when not {{ deleted_at_source('resolved') }} then post.content end as content,
    case when not {{ deleted_at_source('resolved') }} then post.hashtags end as hashtags,
    post.mention_ids,
    {% for metric in metrics %}
    figures.{{ metric }}_count,
    case
        when figures.{{ metric }}_count is not null then null
        when post.is_repost then 'repost'
        else {{ missing_reason('post.channel_code', metric, 'resolved.last_seen_night_on', is_own='resolved.account_key is not null') }}
    end as {{ metric }}_null_reason,
    {% endfor %}
    {{ interactions('figures.', 'post.channel_code') }} as interactions_count,
    case when resolved.account_key is not null then followers.followers_count end as followers_at_post_count,
    case
        when resolved.account_key is not null and followers.followers_count is null
            then coalesce(
                {{ metric_null_reason('post.channel_code', 'followers', 'post.posted_on') }}, followers.null_reason, 'not_observed'
            )
    end as followers_null_reason,
    {{ deleted_at_source('resolved') }} as is_deleted_at_source,
    resolved.first_seen_night_on,
    resolved.last_seen_night_on,
    post.night_on as source_night_on
from current_version as post
inner join {{ ref('int_post_resolved') }} as resolved on post.post_id = resolved.post_id
left join {{ ref('int_official_author') }} as original on post.repost_of_author_id = original.author_id
left join newest_covering on post.post_id = newest_covering.post_id
left join figures on post.post_id = figures.post_id
left join followers on post.post_id = followers.post_id
