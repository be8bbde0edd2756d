-- Nights booked through platforms, as they told Eurostat. A part of them are nights of short-stay accommodation: never added to those.
select
    fact.source_id,
    fact.stream,
    bridge.ancestor_id as territory_id,
    fact.month_on,
    fact.nights_count as platform_nights_count,
    fact.nights_null_reason as null_reason,
    fact.is_provisional
from {{ ref('fct_tourism_month') }} as fact
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on fact.territory_id = bridge.territory_id and bridge.is_same_area
where
    fact.stream = 'platform_nights'
    and fact.is_current_vintage
    and fact.origin_country_group = 'all'
