{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'answer_id'],
    on_schema_change='fail', meta={'affected_by': 'int_satisfaction_affected'}
) }}
{%- set key = ['source_id', 'answer_id'] %}
-- depends_on: {{ ref('int_satisfaction_affected') }}
with
seen as (
    select
        seen.*,
        min(seen.night_on) over (partition by seen.source_id, seen.answer_id) as first_seen_night_on,
        max(seen.night_on) over (partition by seen.source_id, seen.answer_id) as last_seen_night_on
    from {{ ref('int_satisfaction_seen') }} as seen
    where {{ of_affected_keys('fct_satisfaction', 'int_satisfaction_affected', key, ['answers', 'experiences'], 'seen') }}
    qualify row_number() over (partition by seen.source_id, seen.answer_id order by seen.updated_at desc nulls last, seen.night_on desc) = 1
),

dated as (
    select
        seen.*,
        -- a survey that stamps nothing dates its answers by the night that first shows them
        coalesce(seen.said_on, {{ local_day_in('seen.said_at', 'contract.time_zone') }}, seen.first_seen_night_on) as answered_on,
        coalesce(channel.channel_code, 'unknown') as channel_code,
        coalesce(seen.territory_id, 'departement:' || departement.department_code) as resolved_territory_id
    from seen
    inner join {{ ref('source_stream') }} as contract on seen.source_id = contract.source_id and seen.stream = contract.stream
    left join {{ ref('channel_map') }} as channel
        on
            seen.source_id = channel.source_id
            and seen.stream = channel.stream
            and lower(trim(seen.published_channel)) = lower(channel.published_channel)
    left join {{ ref('departements') }} as departement on seen.departement_code = departement.department_code
)

select
    source_id,
    stream,
    answer_id,
    {{ month_of('answered_on') }} as month_on,
    answered_on,
    said_at as answered_at,
    is_complete,
    resolved_territory_id as territory_id,
    channel_code,
    service,
    request_id,
    case stream when 'answers' then '0_to_10' else 'tonality' end as score_scale_code,
    score,
    {{ tonality_code('tonality') }} as tonality_code,
    case stream when 'answers' then score end as score_10,
    case when stream <> 'answers' then 'not_comparable' when score is null then 'not_reported' end as score_10_null_reason,
    case stream when 'answers' then 'resident' else 'unknown' end as audience,
    case stream when 'answers' then 'gru_survey' else 'public_service_experience' end as audience_rule,
    first_seen_night_on,
    last_seen_night_on,
    night_on as source_night_on
from dated
