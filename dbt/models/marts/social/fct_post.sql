{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='post_id',
    on_schema_change='fail', meta={'affected_by': 'int_post_affected'}
) }}
-- depends_on: {{ ref('int_post_affected') }}
with
seen as (
    select *
    from {{ ref('int_post_seen') }}
    {% if is_incremental() %}
    where
        post_id in (select post_id from {{ ref('int_post_affected') }})
        and night_on >= {{ literal_floor(ref('int_post_affected'), 'posted_on') }}
    {% endif %}
),

-- The publisher's version first, then the night: never the order in which nights were run.
current_version as (
    select
        *,
        max(night_on) over (partition by post_id) as last_seen_night_on
    from seen
    qualify row_number() over (
        partition by post_id
        order by edited_at desc nulls last, night_on desc, stream desc, scope_key asc, source_id asc
    ) = 1
),

scopes as (
    select distinct
        post_id,
        source_id,
        stream,
        scope_key,
        posted_on
    from seen
),

-- The newest accepted night that asked again for the days the post was written in, and so would have shown it.
newest_covering as (
    select
        scope.post_id,
        max(asked.night_on) as night_on
    from scopes as scope
    inner join {{ ref('source_stream') }} as contract
        on scope.source_id = contract.source_id and scope.stream = contract.stream
    inner join {{ ref('int_listening_scope_night') }} as asked
        on
            scope.source_id = asked.source_id
            and scope.stream = asked.stream
            and scope.scope_key = asked.scope_key
            -- one day less than the window: the first one is only read in part
            and asked.night_on between scope.posted_on and scope.posted_on + cast(contract.re_read_days - 1 as integer)
            {% if is_incremental() %}
            and asked.night_on >= {{ literal_floor(ref('int_post_affected'), 'posted_on') }}
            {% endif %}
    group by scope.post_id
),

-- A post that several queries captured is the most local one's; fct_post_query keeps them all.
most_local as (
    select
        post_id,
        territory_id
    from seen
    qualify row_number() over (
        partition by post_id
        order by array_position({{ territory_levels() }}, split_part(territory_id, ':', 1)) asc nulls last, territory_id asc
    ) = 1
),

-- The snapshot of the night of the day, or the next one at most a day later. Never a later one: followers move.
followers as (
    select
        post.post_id,
        min_by(snapshot.followers_count, snapshot.night_on) as followers_count
    from current_version as post
    inner join {{ ref('int_official_author') }} as official on post.author_id = official.author_id
    inner join {{ ref('fct_account_day') }} as snapshot
        on
            official.account_key = snapshot.account_key
            and snapshot.night_on between post.posted_on and post.posted_on + 1
            and snapshot.followers_count is not null
    group by post.post_id
)

select
    post.post_id,
    post.source_id,
    'mastodon' as channel_code,
    official.account_key,
    post.author_id,
    {{ author_kind('official.account_key', 'post.author_is_bot') }} as author_kind,
    coalesce(official.territory_id, most_local.territory_id) as territory_id,
    post.posted_at,
    post.posted_on,
    {{ month_of('post.posted_on') }} as month_on,
    post.edited_at,
    post.visibility_code,
    post.language_code,
    post.is_reply,
    post.reblog_of_id is not null as is_reblog,
    post.is_sensitive,
    post.media_count,
    case when not {{ deleted_at_source() }} then post.content end as content,
    case when not {{ deleted_at_source() }} then post.content_warning end as content_warning,
    case when not {{ deleted_at_source() }} then post.hashtags end as hashtags,
    post.replies_count,
    post.reblogs_count,
    post.favourites_count,
    post.quotes_count,
    followers.followers_count as followers_at_post_count,
    case
        when official.account_key is not null and followers.followers_count is null
            then coalesce({{ metric_null_reason("'mastodon'", 'followers', 'post.posted_on') }}, 'not_observed')
    end as followers_null_reason,
    {{ deleted_at_source() }} as is_deleted_at_source,
    post.last_seen_night_on,
    post.night_on as source_night_on
from current_version as post
left join {{ ref('int_official_author') }} as official on post.author_id = official.author_id
left join newest_covering on post.post_id = newest_covering.post_id
left join most_local on post.post_id = most_local.post_id
left join followers on post.post_id = followers.post_id
