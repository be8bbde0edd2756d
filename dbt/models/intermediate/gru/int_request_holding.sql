{{ config(materialized='table') }}
-- Which business schedule the affected cases were under, and when: a case changes schedule when another service takes it. The service that
-- the first night shows is taken to have held the case since it was declared.
with
held as (
    select
        request.source_id,
        request.request_id,
        lower(trim(step.service)) as service_key,
        case
            when step.is_first_service is null or step.is_first_service then request.declared_at
            else greatest(request.declared_at, coalesce(step.updated_at, {{ night_end('step.night_on') }}))
        end as from_at,
        step.night_on
    from {{ ref('int_request_current') }} as request
    left join {{ ref('int_request_step') }} as step
        on
            request.source_id = step.source_id
            and request.request_id = step.request_id
            and (step.is_first_service or step.is_service_change)
    where request.declared_at is not null
),

assigned as (
    select
        held.source_id,
        held.request_id,
        coalesce(own.schedule_id, fallback.schedule_id) as schedule_id,
        held.from_at,
        held.night_on
    from held
    left join {{ ref('stg_lake__schedule_assignment') }} as own
        on held.source_id = own.source_id and held.service_key = lower(trim(own.service))
    left join {{ ref('stg_lake__schedule_assignment') }} as fallback
        on held.source_id = fallback.source_id and fallback.service is null
),

held_until as (
    select
        source_id,
        request_id,
        schedule_id,
        from_at,
        lead(from_at) over (partition by source_id, request_id order by from_at, night_on) as until_at
    from assigned
)

select
    held_until.source_id,
    held_until.request_id,
    held_until.schedule_id,
    held_until.from_at,
    held_until.until_at,
    {{ open_seconds('closing', 'held_until.until_at') }} - {{ open_seconds('opening', 'held_until.from_at') }} as business_seconds
from held_until
{{ as_of_join(
    ref('int_opening_hours'), 'opening', 'held_until.schedule_id = opening.schedule_id', 'held_until.from_at', 'opening.opens_at'
) }}
{{ as_of_join(
    ref('int_opening_hours'), 'closing', 'held_until.schedule_id = closing.schedule_id', 'held_until.until_at', 'closing.opens_at'
) }}
