{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'request_id'],
    on_schema_change='fail', meta={'affected_by': 'int_request_affected', 'bounded_by': {'declared_on': 'month_on'}}
) }}
-- depends_on: {{ ref('int_request_affected') }}
-- After the cases: int_request_affected reads here which cases a night had shown, and a run that stops in between must find it still.
-- depends_on: {{ ref('fct_request') }} {{ ref('fct_request_delay') }} {{ ref('fct_backlog_day') }} {{ ref('fct_contact') }}
select
    event.source_id,
    event.stream,
    event.request_id,
    event.event_number,
    {{ month_of('event.in_force_from_on') }} as month_on,
    event.occurred_at,
    event.occurred_on,
    event.basis_code,
    event.observed_night_on,
    event.observed_after_night_on,
    event.published_status,
    event.status_code,
    event.previous_status_code,
    event.is_closed,
    event.is_reopening,
    event.is_answer,
    event.is_agent,
    event.in_force_from_on,
    event.in_force_until_on,
    event.status_seconds,
    event.status_business_seconds,
    request.territory_id,
    request.declared_on,
    request.first_seen_night_on,
    request.last_seen_night_on,
    request.source_night_on
from {{ ref('int_request_event') }} as event
inner join {{ ref('int_request_current') }} as request
    on event.source_id = request.source_id and event.request_id = request.request_id
