{%- set facts = ['fct_contact'] -%}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_touched_months(" ~ facts ~ ", ahead=1) }}"
) }}
-- Contacts whose seven days ended in a month, and those of them after which the same person (one e-mail or one number) came back within
-- these days on the same theme by another channel. On one day, only two instants tell which came first.
-- depends_on: {{ source('lake', 'touched_month') }}
{%- set near = in_touched_months(facts, 'month_on', ahead=1, behind=1) %}
with
people as (
    select
        source_id,
        contact_id,
        contacted_at,
        contacted_on,
        channel_code,
        theme_code,
        'email' as pseudonym_kind,
        requester_email_id as pseudonym
    from {{ ref('fct_contact') }}
    where is_linkable and requester_email_id is not null and {{ near }}
    union all
    select
        source_id,
        contact_id,
        contacted_at,
        contacted_on,
        channel_code,
        theme_code,
        'phone' as pseudonym_kind,
        requester_phone_id as pseudonym
    from {{ ref('fct_contact') }}
    where is_linkable and requester_phone_id is not null and {{ near }}
),

came_back as (
    select distinct
        first_try.source_id,
        first_try.contact_id
    from people as first_try
    inner join people as second_try
        on
            first_try.pseudonym_kind = second_try.pseudonym_kind
            and first_try.pseudonym = second_try.pseudonym
            and first_try.theme_code = second_try.theme_code
            and first_try.channel_code <> second_try.channel_code
            and second_try.contacted_on between first_try.contacted_on and first_try.contacted_on + 7
            and (
                first_try.contacted_on < second_try.contacted_on
                or first_try.contacted_at < second_try.contacted_at
            )
),

last_days as (
    select
        month_on,
        max(contacted_on) as contacted_on
    from {{ ref('fct_contact') }}
    where {{ near }}
    group by month_on
)

select
    contact.source_id,
    contact.stream,
    contact.territory_id,
    contact.follow_up_month_on as month_on,
    {{ requester_key('contact.') }} as requester_key,
    count(*) as linkable_contacts_count,
    count(came_back.contact_id) as recontacts_count,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_contact') }} as contact
-- the days that follow must have been seen to their end
inner join last_days
    on contact.follow_up_month_on = last_days.month_on and contact.contacted_on + 7 <= last_days.contacted_on
left join came_back on contact.source_id = came_back.source_id and contact.contact_id = came_back.contact_id
where
    contact.is_linkable
    and contact.territory_id is not null
    and {{ in_touched_months(facts, 'contact.follow_up_month_on', ahead=1) }}
group by contact.source_id, contact.stream, contact.territory_id, contact.follow_up_month_on, requester_key
