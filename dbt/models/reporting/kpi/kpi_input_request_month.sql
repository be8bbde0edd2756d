with
requests as (
    select
        request.source_id,
        request.stream,
        request.territory_id,
        request.month_on,
        channel.is_digital
    from {{ ref('fct_request') }} as request
    left join {{ ref('dim_channel') }} as channel on request.channel_code = channel.channel_code
    where request.territory_id is not null
)

select
    source_id,
    stream,
    territory_id,
    month_on,
    count(*) as requests_count,
    count(is_digital) as known_channel_requests_count,
    count(*) filter (where is_digital) as digital_requests_count,
    case when count(is_digital) = 0 then 'not_reported' end as null_reason,
    false as is_provisional
from requests
group by source_id, stream, territory_id, month_on
