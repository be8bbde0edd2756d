-- What became of the affected cases, from their course. A case is closed by the first closing that nothing opens again after.
with
opened as (
    select
        *,
        max(case when is_closed is null or not is_closed then event_number end) over by_case as last_open_number,
        min(case when is_answer then event_number end) over by_case as answer_number
    from {{ ref('int_request_event') }}
    window by_case as (partition by source_id, request_id)
),

numbered as (
    select
        *,
        event_number > 0 as is_change,
        event_number <= last_open_number as is_before_closing,
        event_number = min(case when event_number > last_open_number then event_number end) over (partition by source_id, request_id)
            as is_closing
    from opened
)

select
    source_id,
    request_id,
    max(occurred_at) filter (where is_closing) as closed_at,
    max(occurred_on) filter (where is_closing) as closed_on,
    max(basis_code) filter (where is_closing) as closed_basis_code,
    {{ sum_known('status_business_seconds', 'is_before_closing') }} as resolution_business_seconds,
    {{ sum_known('status_seconds', "is_before_closing and status_code in ('open', 'in_progress')") }} as requester_wait_seconds,
    {{ sum_known('status_business_seconds', "is_before_closing and status_code in ('open', 'in_progress')") }}
        as requester_wait_business_seconds,
    max(occurred_at) filter (where event_number = answer_number) as first_replied_at,
    max(occurred_on) filter (where event_number = answer_number) as first_replied_on,
    {{ sum_known('status_business_seconds', 'event_number < answer_number') }} as first_reply_business_seconds,
    min(occurred_at) filter (where is_change and is_agent) as first_agent_at,
    count(*) filter (where is_reopening) as reopens_count,
    count(*) filter (where is_change and is_agent) as touches_count,
    count(is_agent) filter (where is_change) > 0 or count(*) filter (where is_change) = 0 as is_agent_known,
    count(*) filter (where is_answer) as answers_count,
    count(*) filter (where status_code = 'waiting_for_requester') as complements_count,
    count(*) = count(status_code) as is_mapped
from numbered
group by source_id, request_id
