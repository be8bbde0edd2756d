-- Letters and faxes of a month whose fifteen days are over, as the registers show them.
select
    source_id,
    stream,
    territory_id,
    month_on,
    count(*) as letters_count,
    count(*) filter (where answered_on <= contacted_on + 15) as timely_letters_count,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_contact') }}
where
    contact_kind = 'register'
    and channel_code in ('letter', 'fax')
    and territory_id is not null
    and contacted_on + 15 <= last_seen_night_on
group by source_id, stream, territory_id, month_on
