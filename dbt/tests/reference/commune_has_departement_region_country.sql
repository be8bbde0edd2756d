select
    dim_territory.territory_id,
    count(bridge_territory_ancestor.ancestor_level) as ancestor_count
from {{ ref('dim_territory') }} as dim_territory
left join {{ ref('bridge_territory_ancestor') }} as bridge_territory_ancestor
    on
        dim_territory.territory_id = bridge_territory_ancestor.territory_id
        and bridge_territory_ancestor.ancestor_level in ('departement', 'region', 'country')
        and bridge_territory_ancestor.weight = 1
where dim_territory.territory_level = 'commune'
group by dim_territory.territory_id
having count(bridge_territory_ancestor.ancestor_level) != 3
