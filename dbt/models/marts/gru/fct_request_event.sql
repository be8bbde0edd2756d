{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'request_id'],
    on_schema_change='fail', meta={'affected_by': 'int_request_affected', 'bounded_by': {'declared_on': 'month_on'}}
) }}
-- depends_on: {{ ref('int_request_affected') }}
-- After the cases: int_request_affected reads here which cases a night had shown, and a run that stops in between must find it still.
-- depends_on: {{ ref('fct_request') }} {{ ref('fct_request_delay') }} {{ ref('fct_backlog_day') }} {{ ref('fct_contact') }}
select
    source_id,
    stream,
    request_id,
    event_number,
    {{ month_of('in_force_from_on') }} as month_on,
    occurred_at,
    occurred_on,
    basis_code,
    observed_night_on,
    observed_after_night_on,
    published_status,
    status_code,
    previous_status_code,
    is_closed,
    is_reopening,
    is_answer,
    is_agent,
    in_force_from_on,
    in_force_until_on,
    status_seconds,
    status_business_seconds,
    territory_id,
    declared_on,
    first_seen_night_on,
    last_seen_night_on,
    source_night_on
from {{ ref('int_request_event') }}
