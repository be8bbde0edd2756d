{{ config(materialized='table') }}
-- The affected lines of the registers, as their newest night has them. A line without an hour is of a day.
-- depends_on: {{ ref('int_register_contact_affected') }}
with
seen as (
    select
        seen.*,
        min(seen.night_on) over (partition by seen.source_id, seen.contact_id) as first_seen_night_on
    from {{ ref('int_register_contact_seen') }} as seen
    where {{ of_affected_keys('fct_contact', 'int_register_contact_affected', ['source_id', 'contact_id'], 'contacts', 'seen') }}
    qualify row_number() over (partition by seen.source_id, seen.contact_id order by seen.night_on desc) = 1
),

dated as (
    select
        seen.*,
        {{ local_of_utc('seen.declared_at', 'contract.time_zone') }} as declared_local
    from seen
    inner join {{ ref('source_stream') }} as contract on seen.source_id = contract.source_id and seen.stream = contract.stream
)

select
    dated.source_id,
    dated.stream,
    dated.contact_id,
    case when dated.declared_local <> cast(cast(dated.declared_local as date) as timestamp) then dated.declared_at end as contacted_at,
    cast(dated.declared_local as date) as contacted_on,
    dated.territory_id,
    coalesce(channel.channel_code, 'unknown') as channel_code,
    dated.category,
    theme.theme_code,
    dated.service,
    dated.requester_email_id,
    dated.requester_phone_id,
    dated.answered_on,
    dated.closed_on,
    dated.first_seen_night_on,
    dated.night_on as source_night_on
from dated
left join {{ ref('channel_map') }} as channel
    on
        dated.source_id = channel.source_id
        and dated.stream = channel.stream
        and lower(trim(dated.published_channel)) = lower(channel.published_channel)
left join {{ ref('theme_map') }} as theme on lower(trim(dated.category)) = theme.published_category
