{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'contact_id'],
    on_schema_change='fail', meta={'affected_by': 'int_contact_affected'}
) }}
-- depends_on: {{ ref('int_contact_affected') }}
select
    source_id,
    stream,
    contact_id,
    contact_kind,
    {{ month_of('contacted_on') }} as month_on,
    contacted_at,
    contacted_on,
    channel_code,
    territory_id,
    category,
    theme_code,
    theme_null_reason,
    service,
    audience,
    audience_rule,
    is_typed_by_agent,
    is_reached,
    requester_email_id,
    requester_phone_id,
    {{ month_of('contacted_on + 7') }} as follow_up_month_on,
    theme_code is not null
    and channel_code not in ('unknown', 'agent')
    and (requester_email_id is not null or requester_phone_id is not null) as is_linkable,
    answered_on,
    closed_on,
    first_seen_night_on,
    last_seen_night_on,
    source_night_on
from {{ ref('int_contact') }}
