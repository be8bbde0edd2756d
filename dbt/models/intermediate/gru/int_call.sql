{{ config(materialized='table') }}
-- The affected calls, from their legs. A queue picks up to play its music: only a leg that an agent's telephone answered was answered.
{%- set is_agent_leg = "application_code in ('AppQueue', 'Dial') and dialled_code is not null" %}
-- depends_on: {{ ref('int_call_affected') }}
with
seen as (
    select *
    from {{ ref('stg_asterisk_cdr__call_legs') }} as seen
    where {{ of_affected_keys('fct_call', 'int_call_affected', ['source_id', 'call_id'], 'call_legs', 'seen') }}
),

legs as (
    select
        *,
        {{ is_agent_leg }} as is_agent_leg,
        {{ is_agent_leg }} and disposition_code = 'ANSWERED' and billed_seconds > 0 as is_answered_by_agent,
        min(night_on) over (partition by source_id, call_id) as first_seen_night_on
    from seen
    -- a file that grows is read again whole
    qualify row_number() over (
        partition by source_id, leg_id, channel_id, started_at, dialled_id
        order by night_on desc
    ) = 1
),

calls as (
    select
        source_id,
        call_id,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        case
            when bool_or(direction_code = 'inbound') then 'inbound'
            when bool_or(direction_code = 'outbound') then 'outbound'
            else 'internal'
        end as direction_code,
        coalesce(bool_or(queue_code is not null or application_code = 'Queue' or is_agent_leg), false) as is_for_agent,
        min(answered_at) filter (where is_answered_by_agent) as answered_at,
        cast(sum(billed_seconds) filter (where is_answered_by_agent) as bigint) as talk_seconds,
        bool_or(is_caller_hidden) as is_caller_hidden,
        max(requester_phone_id) as requester_phone_id,
        min_by(queue_code, started_at) filter (where queue_code is not null) as queue_code,
        max(territory_id) as territory_id,
        count(*) as legs_count,
        min(first_seen_night_on) as first_seen_night_on,
        max(night_on) as last_seen_night_on
    from legs
    group by source_id, call_id
)

select
    calls.source_id,
    calls.call_id,
    {{ month_of(local_day_in('calls.started_at', 'contract.time_zone')) }} as month_on,
    calls.started_at,
    {{ local_day_in('calls.started_at', 'contract.time_zone') }} as started_on,
    calls.ended_at,
    calls.direction_code,
    calls.queue_code,
    calls.direction_code = 'inbound' and calls.is_for_agent as is_for_agent,
    case when calls.direction_code = 'inbound' and calls.is_for_agent then calls.answered_at is not null end as is_answered,
    case when calls.direction_code = 'inbound' and calls.is_for_agent then calls.answered_at end as answered_at,
    case
        when calls.direction_code = 'inbound' and calls.is_for_agent
            then {{ dbt.datediff('calls.started_at', 'coalesce(calls.answered_at, calls.ended_at)', 'second') }}
    end as waiting_seconds,
    case when calls.direction_code = 'inbound' and calls.is_for_agent then calls.talk_seconds end as talk_seconds,
    calls.is_caller_hidden,
    calls.requester_phone_id,
    calls.territory_id,
    calls.legs_count,
    calls.first_seen_night_on,
    calls.last_seen_night_on,
    calls.last_seen_night_on as source_night_on
from calls
inner join {{ ref('source_stream') }} as contract on calls.source_id = contract.source_id and contract.stream = 'call_legs'
