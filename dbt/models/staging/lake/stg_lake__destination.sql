select
    'destination:' || destination_id as territory_id,
    destination_id,
    name_fr,
    {{ each_of('members') }} as member_id
from {{ source('lake', 'destination') }}
