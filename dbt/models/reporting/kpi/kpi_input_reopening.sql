-- Cases declared in a month that were closed at least once, and those of them that were opened again.
select
    source_id,
    stream,
    territory_id,
    month_on,
    count(*) as closed_requests_count,
    count(reopens_count) as followed_requests_count,
    count(*) filter (where reopens_count > 0) as reopened_requests_count,
    case when count(reopens_count) = 0 then min(reopens_null_reason) end as null_reason,
    false as is_provisional
from {{ ref('fct_request') }}
where territory_id is not null and (closed_on is not null or reopens_count > 0)
group by source_id, stream, territory_id, month_on
