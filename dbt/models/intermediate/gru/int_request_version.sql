{{ config(materialized='table') }}
-- What the nights showed of the affected cases.
{%- set key = ['source_id', 'request_id'] %}
-- depends_on: {{ ref('int_request_affected') }}
with
seen as (
    select seen.*
    from {{ ref('int_request_seen') }} as seen
    where {{ of_affected_keys('fct_request_event', 'int_request_affected', key, ['reports', 'requests', 'forms'], 'seen') }}
),

resolved as (
    select
        seen.source_id,
        seen.stream,
        seen.request_id,
        seen.night_on,
        seen.declared_at,
        coalesce(seen.declared_on, {{ local_day_in('seen.declared_at', 'contract.time_zone') }}) as declared_on,
        seen.closed_at,
        coalesce(seen.closed_on, {{ local_day_in('seen.closed_at', 'contract.time_zone') }}) as closed_on,
        seen.updated_at,
        seen.promised_at,
        {{ local_day_in('seen.promised_at', 'contract.time_zone') }} as promised_on,
        case when seen.published_status is not null then coalesce(status.status_code, 'unmapped') end as shown_status_code,
        {{ request_is_closed() }} as is_closed,
        seen.published_channel,
        seen.is_typed_by_agent,
        seen.requester_email_id,
        seen.requester_phone_id,
        seen.category,
        seen.subcategory,
        seen.service,
        seen.municipality_code,
        seen.postcode,
        seen.district,
        seen.latitude,
        seen.longitude,
        seen.content,
        contract.time_zone,
        contract.is_closing_reported,
        contract.is_promise_reported,
        contract.is_changes_only
    from seen
    inner join {{ ref('source_stream') }} as contract on seen.source_id = contract.source_id and seen.stream = contract.stream
    left join {{ ref('request_status_map') }} as status on lower(trim(seen.published_status)) = status.published_status
)

select
    source_id,
    stream,
    request_id,
    night_on,
    declared_at,
    declared_on,
    closed_at,
    closed_on,
    updated_at,
    promised_at,
    promised_on,
    is_closed,
    published_channel,
    is_typed_by_agent,
    requester_email_id,
    requester_phone_id,
    category,
    subcategory,
    service,
    municipality_code,
    postcode,
    district,
    latitude,
    longitude,
    content,
    time_zone,
    is_closing_reported,
    is_promise_reported,
    is_changes_only,
    case when is_closed then 'closed' else shown_status_code end as seen_status_code
from resolved
