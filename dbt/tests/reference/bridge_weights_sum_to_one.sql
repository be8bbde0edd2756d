-- A territory is counted once at each level of its ancestors.
select
    territory_id,
    ancestor_level,
    sum(weight) as weight
from {{ ref('bridge_territory_ancestor') }}
group by territory_id, ancestor_level
having abs(sum(weight) - 1) > 1e-9 or min(weight) <= 0
