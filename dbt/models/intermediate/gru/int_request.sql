{{ config(materialized='table') }}
-- The affected cases as fct_request has them, requesters included.
with
request as (
    select
        current_version.*,
        coalesce(outcome.closed_on, current_version.closed_on) as resolved_on,
        coalesce(outcome.closed_at, current_version.closed_at) as resolved_at,
        outcome.closed_basis_code,
        outcome.resolution_business_seconds,
        outcome.requester_wait_seconds,
        outcome.requester_wait_business_seconds,
        outcome.first_replied_at,
        outcome.first_replied_on,
        outcome.first_reply_business_seconds,
        outcome.first_agent_at,
        outcome.reopens_count,
        outcome.touches_count,
        outcome.is_agent_known,
        outcome.answers_count,
        outcome.complements_count,
        outcome.is_mapped,
        -- a closed case whose list of changes does not close it: the list has not been read
        {{ lists_events('current_version.stream') }}
        and (current_version.is_closed is distinct from true or outcome.answers_count > 0 or not outcome.is_mapped) as lists_events
    from {{ ref('int_request_current') }} as current_version
    inner join {{ ref('int_request_outcome') }} as outcome
        on current_version.source_id = outcome.source_id and current_version.request_id = outcome.request_id
),

-- The clock of a case is read where its newest schedule begins: from there on, one reading of that schedule tells the rest.
clock as (
    select
        source_id,
        request_id,
        max(schedule_id) filter (where until_at is null) as schedule_id,
        max(from_at) as clock_at,
        case when count(*) = 1 then 0 else {{ sum_known('business_seconds', 'until_at is not null') }} end as clock_business_seconds
    from {{ ref('int_request_holding') }}
    group by source_id, request_id
),

judged as (
    select
        *,
        {{ resolution_null_reason() }} as resolution_null_reason,
        case
            when not lists_events then 'not_reported'
            when first_replied_at is not null then null
            when not is_mapped then 'status_not_mapped'
            else 'no_reply_yet'
        end as first_reply_null_reason,
        case when not lists_events then {{ seen_course_null_reason('has_status') }} end as reopens_null_reason,
        {{ seen_course_null_reason('service_changes_count is not null') }} as handoffs_null_reason,
        case when not lists_events or not is_agent_known then 'not_reported' end as touches_null_reason,
        case when not lists_events then 'not_reported' when not is_mapped then 'status_not_mapped' end as answers_null_reason
    from request
)

select
    judged.source_id,
    judged.stream,
    judged.request_id,
    {{ month_of('judged.declared_on') }} as month_on,
    judged.declared_at,
    judged.declared_on,
    case when judged.declared_at is null then 'day' else 'instant' end as time_precision_code,
    judged.resolved_at as closed_at,
    judged.resolved_on as closed_on,
    judged.closed_basis_code,
    judged.updated_at,
    judged.status_code,
    judged.first_promised_at as promised_at,
    judged.first_promised_on as promised_on,
    judged.latest_promised_at,
    case
        when judged.first_promised_on is not null then null
        when judged.is_promise_reported then 'no_promise'
        else 'not_reported'
    end as promise_null_reason,
    judged.category,
    judged.subcategory,
    theme.theme_code,
    {{ theme_null_reason('theme.theme_code', 'judged.category') }} as theme_null_reason,
    coalesce(channel.channel_code, 'unknown') as channel_code,
    judged.is_typed_by_agent,
    judged.requester_email_id,
    judged.requester_phone_id,
    'resident' as audience,
    'gru_case' as audience_rule,
    judged.territory_id,
    judged.municipality_code,
    judged.postcode,
    judged.district,
    judged.latitude,
    judged.longitude,
    judged.service,
    judged.content,
    case when judged.resolution_null_reason is null then {{ dbt.datediff('judged.declared_on', 'judged.resolved_on', 'day') }} end
        as resolution_days,
    case when judged.resolution_null_reason is null then {{ dbt.datediff('judged.declared_at', 'judged.resolved_at', 'second') }} end
        as resolution_seconds,
    case when judged.resolution_null_reason is null then judged.resolution_business_seconds end as resolution_business_seconds,
    case when judged.resolution_null_reason is null then judged.requester_wait_seconds end as requester_wait_seconds,
    case when judged.resolution_null_reason is null then judged.requester_wait_business_seconds end as requester_wait_business_seconds,
    judged.resolution_null_reason,
    {{ clock_null_reason('judged.resolution_null_reason', 'judged.resolved_at', 'judged.resolution_business_seconds') }}
        as resolution_business_null_reason,
    judged.first_agent_at,
    judged.first_replied_at,
    judged.first_replied_on,
    {{ dbt.datediff('judged.declared_at', 'judged.first_replied_at', 'second') }} as first_reply_seconds,
    judged.first_reply_business_seconds,
    judged.first_reply_null_reason,
    {{ clock_null_reason('judged.first_reply_null_reason', 'judged.first_replied_at', 'judged.first_reply_business_seconds') }}
        as first_reply_business_null_reason,
    case when judged.reopens_null_reason is null then judged.reopens_count end as reopens_count,
    judged.reopens_null_reason,
    case when judged.touches_null_reason is null then judged.touches_count end as touches_count,
    judged.touches_null_reason,
    case when judged.answers_null_reason is null then judged.answers_count end as answers_count,
    judged.answers_null_reason,
    case when judged.handoffs_null_reason is null then judged.service_changes_count end as handoffs_count,
    judged.handoffs_null_reason,
    case
        when judged.answers_null_reason is null and judged.is_closed
            then judged.answers_count = 1 and judged.reopens_count = 0 and judged.complements_count = 0
    end as is_one_touch,
    case when judged.answers_null_reason is not null then judged.answers_null_reason when not judged.is_closed then 'open' end
        as one_touch_null_reason,
    clock.schedule_id,
    clock.clock_at,
    clock.clock_business_seconds,
    judged.is_closing_reported or judged.is_seen_from_start as is_followed_from_start,
    judged.is_changes_only,
    judged.first_seen_night_on,
    judged.last_seen_night_on,
    judged.source_night_on
from judged
left join clock on judged.source_id = clock.source_id and judged.request_id = clock.request_id
left join {{ ref('channel_map') }} as channel
    on
        judged.source_id = channel.source_id
        and judged.stream = channel.stream
        and lower(trim(judged.published_channel)) = lower(channel.published_channel)
left join {{ ref('theme_map') }} as theme on lower(trim(judged.category)) = theme.published_category
