{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'request_id'],
    on_schema_change='fail', meta={'affected_by': 'int_request_affected'}
) }}
-- depends_on: {{ ref('int_request_affected') }}
-- Kept by itself, so that a night that counts the stock finds cases that have been open for long without reading the course of all others.
-- Those in a status that nobody knows are with them: they may be open.
select
    source_id,
    stream,
    request_id,
    territory_id,
    event_number,
    declared_on,
    is_closed,
    previous_status_code,
    is_reopening,
    occurred_on,
    in_force_from_on,
    in_force_until_on
from {{ ref('int_request_event') }}
where is_changes_only and is_closed is distinct from true and in_force_until_on is null
