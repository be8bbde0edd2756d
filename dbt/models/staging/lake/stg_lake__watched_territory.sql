select territory_id
from {{ source('lake', 'watched_territory') }}
