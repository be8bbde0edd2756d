{%- set facts = ['fct_comment', 'fct_mention', 'fct_stream_freshness'] -%}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_touched_months(" ~ facts ~ ") }}"
) }}
-- Hours that the watched accounts take to answer, those still waiting counted for as long as they have waited (Kaplan-Meier): the answered
-- ones alone would flatter. Nobody is waited for beyond 30 days. A night may change every month that still waits.
-- depends_on: {{ source('lake', 'touched_month') }}
with
asked as (
    select
        conversation.channel_code,
        bridge.ancestor_id as territory_id,
        conversation.month_on,
        conversation.is_replied,
        {{ minutes_between('conversation.posted_at', 'conversation.first_official_reply_at') }} / 60.0 as reply_hours,
        greatest(0.0, least(
            {{ answer_days() }} * 24.0,
            {{ minutes_between('conversation.posted_at', 'cast(freshness.last_accepted_night_on + 1 as timestamp)') }} / 60.0
        )) as observed_hours
    from {{ ref('kpi_input_conversation') }} as conversation
    inner join {{ ref('fct_stream_freshness') }} as freshness
        on conversation.source_id = freshness.source_id and conversation.stream = freshness.stream
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on conversation.territory_id = bridge.territory_id and bridge.is_inside
    where conversation.is_replied is not null and {{ in_touched_months(facts, 'conversation.month_on') }}
),

waits as (
    select
        territory_id,
        month_on,
        channel_code,
        is_replied,
        case when is_replied then reply_hours else observed_hours end as wait_hours
    from asked
    union all
    select
        territory_id,
        month_on,
        'all' as channel_code,
        is_replied,
        case when is_replied then reply_hours else observed_hours end as wait_hours
    from asked
)

select
    territory_id,
    month_on,
    channel_code,
    n as utterances_count,
    median as reply_delay_hours,
    median_low as reply_delay_hours_low,
    median_high as reply_delay_hours_high,
    case when median is null then 'not_reached' end as null_reason,
    false as is_provisional
from ({{ kaplan_meier('waits', ['territory_id', 'month_on', 'channel_code'], 'wait_hours', 'is_replied') }})
