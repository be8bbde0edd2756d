-- A territory is counted once at each level of its ancestors; destinations overlap, and a commune may lie in two or in none.
select
    territory_id,
    ancestor_level,
    sum(weight) as weight
from {{ ref('bridge_territory_ancestor') }}
where
    weight is not null
    and (ancestor_level != 'destination' or territory_id = ancestor_id)
group by territory_id, ancestor_level
having abs(sum(weight) - 1) > 1e-9 or min(weight) <= 0
