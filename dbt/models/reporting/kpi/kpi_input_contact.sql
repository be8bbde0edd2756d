-- Contacts of a month by channel. A case that an agent typed for somebody who called, came or wrote is a second trace of that exchange: it
-- is left out where the telephone exchange or the register of its place counts that channel in that month.
with
counted_elsewhere as (
    select distinct
        bridge.territory_id,
        contact.channel_code,
        contact.month_on
    from {{ ref('fct_contact') }} as contact
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on contact.territory_id = bridge.ancestor_id and bridge.is_inside
    where contact.contact_kind <> 'case'
)

select
    contact.source_id,
    contact.stream,
    contact.territory_id,
    contact.month_on,
    contact.channel_code,
    count(*) as contacts_count,
    count(channel.is_digital) as classified_contacts_count,
    count(*) filter (where channel.is_digital) as digital_contacts_count,
    count(*) filter (where channel.is_paper) as paper_contacts_count,
    count(*) filter (where contact.is_linkable) as linkable_contacts_count,
    count(contact.category) as categorised_contacts_count,
    count(contact.theme_code) as themed_contacts_count,
    case when count(channel.is_digital) = 0 then 'not_reported' end as null_reason,
    false as is_provisional
from {{ ref('fct_contact') }} as contact
inner join {{ ref('dim_channel') }} as channel on contact.channel_code = channel.channel_code
left join counted_elsewhere
    on
        case when contact.contact_kind = 'case' and contact.is_typed_by_agent then contact.territory_id end = counted_elsewhere.territory_id
        and contact.channel_code = counted_elsewhere.channel_code
        and contact.month_on = counted_elsewhere.month_on
where contact.territory_id is not null and counted_elsewhere.territory_id is null
group by contact.source_id, contact.stream, contact.territory_id, contact.month_on, contact.channel_code
