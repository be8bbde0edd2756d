{{ config(materialized='table') }}
-- The nights that changed something of the affected cases. A night that shows an older version than one before it (the publisher restored a
-- copy) says nothing of what the case became since, and is left out.
with
versions as (
    select
        source_id,
        stream,
        request_id,
        night_on,
        declared_on,
        updated_at,
        seen_status_code,
        closed_at,
        closed_on,
        service,
        max(updated_at) over (
            partition by source_id, request_id order by night_on rows between unbounded preceding and 1 preceding
        ) as newest_update_before_at
    from {{ ref('int_request_version') }}
),

ordered as (
    select
        source_id,
        stream,
        request_id,
        night_on,
        declared_on,
        updated_at,
        seen_status_code,
        closed_at,
        closed_on,
        service,
        lag(closed_at) over by_night as closed_at_before,
        lag(closed_on) over by_night as closed_on_before,
        lag(seen_status_code ignore nulls) over by_night as status_before,
        lag(case when seen_status_code is not null then night_on end ignore nulls) over by_night as night_before_on,
        lag(service ignore nulls) over by_night as service_before
    from versions
    where newest_update_before_at is null or coalesce(updated_at >= newest_update_before_at, false)
    window by_night as (partition by source_id, request_id order by night_on)
)

select
    source_id,
    stream,
    request_id,
    night_on,
    declared_on,
    updated_at,
    seen_status_code,
    closed_at,
    closed_on,
    service,
    night_before_on,
    -- a declared case is open
    seen_status_code <> coalesce(status_before, 'open') as is_status_change,
    service is not null and service_before is null as is_first_service,
    service <> service_before as is_service_change
from ordered
where
    seen_status_code <> coalesce(status_before, 'open')
    or service is distinct from service_before
    or closed_at_before is distinct from closed_at
    or closed_on_before is distinct from closed_on
