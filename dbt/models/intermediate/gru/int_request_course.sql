{{ config(materialized='table') }}
-- The course of the affected cases: declared, then each change of status. A publisher that lists the changes dates them (`published`); of
-- the others we see that a night shows another status than the one before (`observed`), and know the day when no day lies between the two.
{%- set key = ['source_id', 'request_id'] %}
-- depends_on: {{ ref('int_request_affected') }}
with
declared as (
    select
        source_id,
        request_id,
        0 as event_number,
        declared_at as occurred_at,
        declared_on as occurred_on,
        cast(null as varchar) as published_status,
        'open' as status_code,
        false as is_closed,
        is_typed_by_agent as is_agent,
        'published' as basis_code,
        first_seen_night_on as observed_night_on,
        cast(null as date) as observed_after_night_on
    from {{ ref('int_request_current') }}
),

listed as (
    select *
    from {{ ref('stg_publik__form_events') }} as listed
    where {{ of_affected_keys('fct_request_event', 'int_request_affected', key, 'forms', 'listed') }}
    qualify listed.night_on = max(listed.night_on) over (partition by listed.source_id, listed.request_id)
),

published as (
    select
        listed.source_id,
        listed.request_id,
        listed.event_number,
        listed.occurred_at,
        {{ local_day_in('listed.occurred_at', 'request.time_zone') }} as occurred_on,
        listed.form_slug || '/' || listed.published_status_code as published_status,
        status.status_code,
        status.is_closed,
        listed.is_agent,
        'published' as basis_code,
        listed.night_on as observed_night_on,
        cast(null as date) as observed_after_night_on
    from listed
    inner join {{ ref('int_request_current') }} as request
        on listed.source_id = request.source_id and listed.request_id = request.request_id
    left join {{ ref('int_request_status') }} as status
        on
            listed.source_id = status.source_id
            and listed.form_slug || '/' || listed.published_status_code = status.published_status
    -- the first change is the declaration itself
    where listed.occurred_at > request.declared_at or status.status_code <> 'open'
),

runs as (
    select
        *,
        count(case when is_status_change then 1 end) over (partition by source_id, request_id order by night_on) as event_number
    from {{ ref('int_request_step') }}
    where seen_status_code is not null and not {{ lists_events('stream') }}
),

observed as (
    select
        source_id,
        request_id,
        event_number,
        seen_status_code,
        min(declared_on) as declared_on,
        min(night_on) filter (where is_status_change) as observed_night_on,
        min(night_before_on) filter (where is_status_change) as observed_after_night_on,
        {{ last_known('closed_at', 'night_on') }} as closed_at,
        {{ last_known('closed_on', 'night_on') }} as closed_on
    from runs
    where event_number > 0
    group by source_id, request_id, event_number, seen_status_code
),

events as (
    select * from declared
    union all
    select * from published
    union all
    select
        source_id,
        request_id,
        event_number,
        closed_at as occurred_at,
        case
            when closed_on is not null then closed_on
            when observed_night_on = coalesce(observed_after_night_on + 1, declared_on) then observed_night_on
        end as occurred_on,
        cast(null as varchar) as published_status,
        nullif(seen_status_code, 'unmapped') as status_code,
        nullif(seen_status_code, 'unmapped') = 'closed' as is_closed,
        cast(null as boolean) as is_agent,
        case when closed_on is not null then 'published' else 'observed' end as basis_code,
        observed_night_on,
        observed_after_night_on
    from observed
)

select
    events.source_id,
    request.stream,
    events.request_id,
    events.event_number,
    events.occurred_at,
    events.occurred_on,
    events.published_status,
    events.status_code,
    events.is_closed,
    events.is_agent,
    events.basis_code,
    events.observed_night_on,
    events.observed_after_night_on,
    -- Where closing is not published, a case is followed from the first night that shows it.
    case
        when events.event_number = 0 and not request.is_closing_reported then greatest(request.declared_on, request.first_seen_night_on)
        else greatest(request.declared_on, coalesce(events.occurred_on, events.observed_night_on))
    end as in_force_from_on
from events
inner join {{ ref('int_request_current') }} as request
    on events.source_id = request.source_id and events.request_id = request.request_id
