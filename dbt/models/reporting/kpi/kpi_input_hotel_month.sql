-- INSEE's monthly survey of hotels, current vintage: the only one that goes down to the département and tells the occupancy.
select
    fact.source_id,
    fact.stream,
    bridge.ancestor_id as territory_id,
    fact.month_on,
    fact.nights_count,
    fact.occupancy_share as hotel_occupancy_share,
    case when fact.arrivals_count is not null then fact.nights_count end as stay_nights_count,
    case when fact.nights_count is not null then fact.arrivals_count end as stay_arrivals_count,
    coalesce(fact.nights_null_reason, fact.occupancy_null_reason, fact.arrivals_null_reason) as null_reason,
    fact.is_provisional
from {{ ref('fct_tourism_month') }} as fact
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on fact.territory_id = bridge.territory_id and bridge.is_same_area
where
    fact.stream = 'frequentation'
    and fact.is_current_vintage
    and fact.accommodation_code = 'I551'
    and fact.origin_country_group = 'all'
