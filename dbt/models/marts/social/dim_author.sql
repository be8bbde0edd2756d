{{ config(materialized='view') }}
-- Over the facts rather than a copy of them: no night has to count all of history again. Restricted.
with
utterances as (
    select
        author_id,
        channel_code,
        author_kind,
        posted_on,
        not is_repost as is_post,
        false as is_comment
    from {{ ref('fct_post') }}
    where author_id is not null
    union all
    select
        author_id,
        channel_code,
        author_kind,
        posted_on,
        false as is_post,
        true as is_comment
    from {{ ref('fct_comment') }}
    where author_id is not null
),

followers as (
    select
        post.author_id,
        {{ first_known('metric.author_followers_count', 'metric.night_on desc, metric.post_id') }} as followers_count,
        max(metric.night_on) filter (where metric.author_followers_count is not null) as followers_seen_on
    from {{ ref('fct_post_metric_day') }} as metric
    inner join {{ ref('fct_post') }} as post on metric.post_id = post.post_id
    where post.author_id is not null
    group by post.author_id
)

select
    utterances.author_id,
    utterances.channel_code,
    {{ first_known('utterances.author_kind', "utterances.author_kind = 'official' desc, utterances.author_kind = 'bot' desc") }}
        as author_kind,
    min(utterances.posted_on) as first_posted_on,
    max(utterances.posted_on) as last_posted_on,
    count(*) filter (where utterances.is_post) as posts_count,
    count(*) filter (where utterances.is_comment) as comments_count,
    any_value(followers.followers_count) as followers_count,
    any_value(followers.followers_seen_on) as followers_seen_on,
    case when any_value(followers.followers_count) is null then 'not_reported' end as followers_null_reason
from utterances
left join followers on utterances.author_id = followers.author_id
group by utterances.author_id, utterances.channel_code
