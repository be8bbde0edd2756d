{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'call_id'],
    on_schema_change='fail', meta={'affected_by': 'int_call_affected'}
) }}
-- depends_on: {{ ref('int_call_affected') }}
-- After the contacts: int_call_affected reads here which calls a night had shown, and a run that stops in between must find it still.
-- depends_on: {{ ref('fct_contact') }}
select
    source_id,
    call_id,
    month_on,
    started_at,
    started_on,
    ended_at,
    direction_code,
    queue_code,
    is_for_agent,
    is_answered,
    answered_at,
    waiting_seconds,
    talk_seconds,
    is_caller_hidden,
    territory_id,
    legs_count,
    first_seen_night_on,
    last_seen_night_on,
    source_night_on
from {{ ref('int_call') }}
