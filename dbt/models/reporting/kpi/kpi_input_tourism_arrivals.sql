-- Eurostat's arrivals in the whole of tourist accommodation, current vintage, at the level they are published for and at those of the same
-- area.
select
    fact.source_id,
    fact.stream,
    bridge.ancestor_id as territory_id,
    fact.month_on,
    fact.arrivals_count,
    fact.arrivals_null_reason as null_reason,
    fact.is_provisional
from {{ ref('fct_tourism_month') }} as fact
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on fact.territory_id = bridge.territory_id and bridge.is_same_area
where
    fact.stream = 'arrivals'
    and fact.is_current_vintage
    and fact.accommodation_code = 'I551-I553'
    and fact.origin_country_group = 'all'
