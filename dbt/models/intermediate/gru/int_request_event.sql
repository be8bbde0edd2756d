{{ config(materialized='table') }}
-- The course of the affected cases with the time spent in each status, in calendar and in business seconds. Business seconds are those of
-- all the schedules that held the case meanwhile, one after the other.
with
spans as (
    select
        course.source_id,
        course.stream,
        course.request_id,
        course.event_number,
        course.occurred_at,
        course.occurred_on,
        course.published_status,
        course.status_code,
        course.is_closed,
        course.is_agent,
        course.basis_code,
        course.observed_night_on,
        course.observed_after_night_on,
        -- A closing that is published late takes the days back that were seen open since.
        min(course.in_force_from_on) over (
            partition by course.source_id, course.request_id order by course.event_number rows between current row and unbounded following
        ) as in_force_from_on,
        request.territory_id,
        request.declared_on,
        request.is_changes_only,
        request.has_status,
        request.first_seen_night_on,
        request.last_seen_night_on,
        request.source_night_on,
        lag(course.status_code ignore nulls) over by_case as previous_status_code,
        lag(course.is_closed ignore nulls) over by_case as was_closed,
        lead(course.occurred_at) over by_case as next_occurred_at,
        min(course.in_force_from_on) over (
            partition by course.source_id, course.request_id order by course.event_number rows between 1 following and unbounded following
        ) as next_in_force_from_on,
        lead(course.event_number) over by_case is null as is_last
    from {{ ref('int_request_course') }} as course
    inner join {{ ref('int_request_current') }} as request
        on course.source_id = request.source_id and course.request_id = request.request_id
    window by_case as (partition by course.source_id, course.request_id order by course.event_number)
),

measured as (
    select
        *,
        case when occurred_at is not null and next_occurred_at is not null then greatest(occurred_at, next_occurred_at) end as ended_at
    from spans
),

pieces as (
    select
        measured.source_id,
        measured.request_id,
        measured.event_number,
        holding.schedule_id,
        greatest(measured.occurred_at, holding.from_at) as from_at,
        least(measured.ended_at, holding.until_at) as until_at
    from measured
    inner join {{ ref('int_request_holding') }} as holding
        on
            measured.source_id = holding.source_id
            and measured.request_id = holding.request_id
            and (measured.ended_at > holding.from_at or measured.occurred_at >= holding.from_at)
            and (holding.until_at is null or measured.occurred_at < holding.until_at)
    where measured.ended_at is not null
),

worked as (
    select
        pieces.source_id,
        pieces.request_id,
        pieces.event_number,
        case when count(*) = count({{ open_seconds('closing', 'pieces.until_at') }} - {{ open_seconds('opening', 'pieces.from_at') }})
            then {{ sum_bigint(open_seconds('closing', 'pieces.until_at') ~ ' - ' ~ open_seconds('opening', 'pieces.from_at')) }}
        end as business_seconds
    from pieces
    {{ as_of_join(ref('int_opening_hours'), 'opening', 'pieces.schedule_id = opening.schedule_id', 'pieces.from_at', 'opening.opens_at') }}
    {{ as_of_join(ref('int_opening_hours'), 'closing', 'pieces.schedule_id = closing.schedule_id', 'pieces.until_at', 'closing.opens_at') }}
    group by pieces.source_id, pieces.request_id, pieces.event_number
)

select
    measured.source_id,
    measured.stream,
    measured.request_id,
    measured.event_number,
    measured.occurred_at,
    measured.occurred_on,
    measured.published_status,
    measured.status_code,
    measured.previous_status_code,
    measured.is_closed,
    measured.is_agent,
    measured.event_number > 0 and measured.was_closed and not measured.is_closed as is_reopening,
    -- Only a list of changes tells an answer from a closing.
    {{ lists_events('measured.stream') }}
    and measured.status_code in ('answered', 'closed')
    and measured.previous_status_code not in ('answered', 'closed') as is_answer,
    measured.basis_code,
    measured.observed_night_on,
    measured.observed_after_night_on,
    measured.in_force_from_on,
    case
        when not measured.is_last then measured.next_in_force_from_on
        when measured.is_closed or measured.is_changes_only then null
        when not measured.has_status then measured.in_force_from_on
        else measured.last_seen_night_on + 1
    end as in_force_until_on,
    {{ dbt.datediff('measured.occurred_at', 'measured.ended_at', 'second') }} as status_seconds,
    worked.business_seconds as status_business_seconds,
    measured.territory_id,
    measured.declared_on,
    measured.is_changes_only,
    measured.first_seen_night_on,
    measured.last_seen_night_on,
    measured.source_night_on
from measured
left join worked
    on
        measured.source_id = worked.source_id
        and measured.request_id = worked.request_id
        and measured.event_number = worked.event_number
