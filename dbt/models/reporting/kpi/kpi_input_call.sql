select
    source_id,
    'call_legs' as stream,
    territory_id,
    month_on,
    count(*) as calls_count,
    count(*) filter (where is_answered) as answered_calls_count,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_call') }}
where is_for_agent and territory_id is not null
group by source_id, territory_id, month_on
