{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'request_id'],
    on_schema_change='fail', meta={'affected_by': 'int_request_affected'}
) }}
-- depends_on: {{ ref('int_request_affected') }}
-- Kept by itself, so that a night that counts the stock finds cases that have been open for long without reading the course of all others.
select
    event.source_id,
    event.stream,
    event.request_id,
    request.territory_id,
    event.event_number,
    request.declared_on,
    event.is_closed,
    event.previous_status_code,
    event.is_reopening,
    event.occurred_on,
    event.in_force_from_on,
    event.in_force_until_on
from {{ ref('int_request_event') }} as event
inner join {{ ref('int_request_current') }} as request
    on event.source_id = request.source_id and event.request_id = request.request_id
where request.is_changes_only and not event.is_closed and event.in_force_until_on is null
