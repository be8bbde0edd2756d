select
    territory_id,
    ancestor_id,
    count(*) as row_count
from {{ ref('bridge_territory_ancestor') }}
group by territory_id, ancestor_id
having count(*) > 1
