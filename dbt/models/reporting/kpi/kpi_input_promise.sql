-- Cases declared in a month whose promised day is over, whether closed by then or not: those closed early do not count before the others.
select
    source_id,
    stream,
    territory_id,
    month_on,
    count(*) as due_promises_count,
    count(is_promise_kept) as known_promises_count,
    count(*) filter (where is_promise_kept) as kept_promises_count,
    case when count(is_promise_kept) = 0 then 'not_observed' end as null_reason,
    false as is_provisional
from {{ ref('fct_request_delay') }}
where is_promise_due and territory_id is not null
group by source_id, stream, territory_id, month_on
