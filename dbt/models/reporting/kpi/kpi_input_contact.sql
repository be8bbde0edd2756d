-- Contacts of a month by channel and person, each exchange once.
select
    source_id,
    stream,
    territory_id,
    month_on,
    channel_code,
    {{ requester_key() }} as requester_key,
    count(*) as contacts_count,
    count(is_digital) as classified_contacts_count,
    count(*) filter (where is_digital) as digital_contacts_count,
    count(*) filter (where is_paper) as paper_contacts_count,
    count(*) filter (where is_linkable) as linkable_contacts_count,
    count(category) as categorised_contacts_count,
    count(theme_code) as themed_contacts_count,
    case when count(is_digital) = 0 then 'not_reported' end as null_reason,
    false as is_provisional
from ({{ contacts_counted_once() }}) as contact
group by source_id, stream, territory_id, month_on, channel_code, requester_key
