{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'request_id'],
    on_schema_change='fail', meta={'affected_by': 'int_request_delay_affected'}
) }}
-- depends_on: {{ ref('int_request_delay_affected') }}
-- A case is followed for a year: one that is still waiting then is known to have waited that long, and no more is asked of it.
{%- set horizon_days = 365 %}
with
followed as (
    select
        request.*,
        contract.is_closing_reported,
        case when request.is_changes_only then frontier.last_night_on else request.last_seen_night_on end as known_through_on,
        -- a night is landed after its midnight: a case of that hour has waited for nothing yet
        greatest(request.declared_at, least(
            case
                when request.is_changes_only then {{ night_end('frontier.last_night_on') }}
                else {{ night_end('request.last_seen_night_on') }}
            end,
            {{ dbt.dateadd('day', horizon_days, 'request.declared_at') }}
        )) as known_through_at
    from {{ ref('fct_request') }} as request
    inner join {{ ref('int_request_frontier') }} as frontier on request.source_id = frontier.source_id
    inner join {{ ref('source_stream') }} as contract on request.source_id = contract.source_id and request.stream = contract.stream
    {% if is_incremental() -%}
    where (request.source_id, request.request_id) in (select (source_id, request_id) from {{ ref('int_request_delay_affected') }})
        and request.month_on in {{ literal_months(ref('int_request_delay_affected')) }}
    {%- endif %}
),

-- What a case that still waits has waited: in days, and in business seconds from where its clock was last read.
waited as (
    select
        followed.*,
        case
            when followed.declared_at is null
                then greatest(0, least({{ dbt.datediff('followed.declared_on', 'followed.known_through_on', 'day') }}, {{ horizon_days }}))
            else {{ dbt.datediff('followed.declared_at', 'followed.known_through_at', 'second') }} / 86400.0
        end as waited_days,
        followed.clock_business_seconds + case
            when followed.known_through_at <= followed.clock_at then 0
            else {{ open_seconds('closing', 'followed.known_through_at') }} - {{ open_seconds('opening', 'followed.clock_at') }}
        end as waited_business_seconds
    from followed
    {{ as_of_join(
        ref('dim_opening_hours'), 'opening', 'followed.schedule_id = opening.schedule_id', 'followed.clock_at', 'opening.opens_at'
    ) }}
    {{ as_of_join(
        ref('dim_opening_hours'), 'closing', 'followed.schedule_id = closing.schedule_id', 'followed.known_through_at', 'closing.opens_at'
    ) }}
),

judged as (
    select
        *,
        coalesce(resolution_seconds / 86400.0, resolution_days) as resolved_after_days,
        case
            when resolution_null_reason <> 'open' then resolution_null_reason
            when not is_followed_from_start then 'not_observed'
        end as resolution_delay_null_reason,
        nullif(first_reply_null_reason, 'no_reply_yet') as reply_delay_null_reason
    from waited
),

measured as (
    select
        *,
        case when resolution_delay_null_reason is null then coalesce(resolved_after_days <= {{ horizon_days }}, false) end as is_resolved,
        case
            when resolution_delay_null_reason is not null then null
            when resolved_after_days is null then waited_days
            else least(resolved_after_days, {{ horizon_days }})
        end as observed_resolution_days,
        -- Of a source whose closings are only seen between two nights, no case has hours: else those that are open alone would count.
        case
            when resolution_delay_null_reason is null and resolution_null_reason is null then resolution_business_seconds / 3600.0
            when resolution_delay_null_reason is null and is_closing_reported then waited_business_seconds / 3600.0
        end as observed_resolution_business_hours,
        case
            when reply_delay_null_reason is null then coalesce(first_reply_seconds / 86400.0 <= {{ horizon_days }}, false)
        end as is_replied,
        case
            when reply_delay_null_reason is not null then null
            when first_reply_seconds is null then waited_days
            else least(first_reply_seconds / 86400.0, {{ horizon_days }})
        end as observed_reply_days,
        case
            when reply_delay_null_reason is null and first_reply_null_reason is null then first_reply_business_seconds / 3600.0
            when reply_delay_null_reason is null then waited_business_seconds / 3600.0
        end as observed_reply_business_hours,
        coalesce(promised_on <= known_through_on, false) as is_promise_due
    from judged
)

select
    source_id,
    stream,
    request_id,
    month_on,
    territory_id,
    is_resolved,
    observed_resolution_days,
    resolution_delay_null_reason,
    observed_resolution_business_hours,
    {{ delay_business_null_reason('resolution_delay_null_reason', 'observed_resolution_business_hours', 'is_closing_reported') }}
        as resolution_business_delay_null_reason,
    is_replied,
    observed_reply_days,
    reply_delay_null_reason,
    observed_reply_business_hours,
    {{ delay_business_null_reason('reply_delay_null_reason', 'observed_reply_business_hours') }} as reply_business_delay_null_reason,
    is_promise_due,
    case
        when not is_promise_due or not is_followed_from_start then null
        when closed_on is not null then closed_on <= promised_on
        when resolution_null_reason = 'open' then false
    end as is_promise_kept,
    -- a day more: that of the hour of declaration may end sooner a year later, by the change of hour
    case when is_changes_only then greatest(
        case when resolution_null_reason = 'open' or first_reply_null_reason = 'no_reply_yet' then declared_on + {{ horizon_days + 1 }} end,
        promised_on
    ) end as settles_on,
    first_seen_night_on,
    last_seen_night_on,
    source_night_on
from measured
