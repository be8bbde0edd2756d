-- Closed cases declared in a month, and those of them that one answer closed.
select
    source_id,
    stream,
    territory_id,
    month_on,
    count(*) as closed_requests_count,
    count(is_one_touch) as told_requests_count,
    count(*) filter (where is_one_touch) as one_touch_requests_count,
    case when count(is_one_touch) = 0 then min(one_touch_null_reason) end as null_reason,
    false as is_provisional
from {{ ref('fct_request') }}
where territory_id is not null and closed_on is not null
group by source_id, stream, territory_id, month_on
