{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='voice_id',
    on_schema_change='fail', meta={'affected_by': 'int_voice_affected'}
) }}
-- depends_on: {{ ref('int_voice_affected') }} {{ source('lake', 'touched_month') }}
-- Somebody else's words that an account passed on are not its own: reposts stay in fct_post.
with
voices as (
    select
        'post:' || post_id as voice_id,
        'post' as voice_kind,
        source_id,
        case
            when account_key is not null then {{ own_posts_stream('channel_code') }}
            else {{ heard_posts_stream('channel_code') }}
        end as stream,
        channel_code,
        territory_id,
        account_key,
        author_id,
        author_kind,
        language_code,
        content,
        posted_at as said_at,
        posted_on as said_on,
        month_on,
        is_deleted_at_source,
        source_night_on,
        case when author_kind = 'official' then 'institution' else 'platform_voice' end as audience_rule
    from {{ ref('fct_post') }}
    where not is_repost
    union all by name
    select
        'comment:' || comment_id as voice_id,
        'comment' as voice_kind,
        source_id,
        'comments' as stream,
        channel_code,
        territory_id,
        account_key,
        author_id,
        author_kind,
        content,
        posted_at as said_at,
        posted_on as said_on,
        month_on,
        is_deleted_at_source,
        source_night_on,
        case when author_kind = 'official' then 'institution' else 'platform_voice' end as audience_rule
    from {{ ref('fct_comment') }}
    union all by name
    select
        'review:' || source_id || '/' || review_id as voice_id,
        'review' as voice_kind,
        source_id,
        stream,
        channel_code,
        territory_id,
        place_id,
        account_key,
        author_id,
        'reviewer' as author_kind,
        sentiment_score,
        sentiment_null_reason,
        content,
        posted_at as said_at,
        posted_on as said_on,
        month_on,
        is_deleted_at_source,
        source_night_on,
        'platform_review' as audience_rule
    from {{ ref('fct_review') }}
    union all by name
    select
        'request:' || source_id || '/' || request_id as voice_id,
        'request' as voice_kind,
        source_id,
        stream,
        channel_code,
        territory_id,
        'requester' as author_kind,
        theme_code,
        theme_null_reason,
        content,
        declared_at as said_at,
        declared_on as said_on,
        month_on,
        source_night_on,
        audience_rule
    from {{ ref('fct_request') }}
    union all by name
    select
        'survey_answer:' || source_id || '/' || answer_id as voice_id,
        'survey_answer' as voice_kind,
        source_id,
        stream,
        channel_code,
        territory_id,
        'respondent' as author_kind,
        answered_at as said_at,
        answered_on as said_on,
        month_on,
        source_night_on,
        audience_rule
    from {{ ref('fct_satisfaction') }}
    -- what is not sent is not said
    where is_complete
)

select
    voices.voice_id,
    voices.voice_kind,
    voices.source_id,
    voices.stream,
    voices.channel_code,
    voices.territory_id,
    voices.place_id,
    voices.account_key,
    voices.author_id,
    voices.author_kind,
    rule.audience,
    voices.audience_rule,
    voices.theme_code,
    case when voices.theme_code is null then coalesce(voices.theme_null_reason, 'not_scored') end as theme_null_reason,
    voices.sentiment_score,
    case when voices.sentiment_score is null then coalesce(voices.sentiment_null_reason, 'not_scored') end as sentiment_null_reason,
    voices.language_code,
    voices.content,
    voices.said_at,
    voices.said_on,
    voices.month_on,
    coalesce(voices.is_deleted_at_source, false) as is_deleted_at_source,
    voices.source_night_on
from voices
inner join {{ ref('dim_audience_rule') }} as rule on voices.audience_rule = rule.audience_rule
{% if is_incremental() -%}
where
    voices.voice_id in (select affected.voice_id from {{ ref('int_voice_affected') }} as affected)
    and {{ in_touched_months(['fct_post', 'fct_comment', 'fct_review', 'fct_request', 'fct_satisfaction'], 'voices.month_on') }}
{%- endif %}
