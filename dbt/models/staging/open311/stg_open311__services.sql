select
    _source as source_id,
    _night as night_on,
    service_code,
    service_name as category,
    service_group as category_group
from {{ source('open311', 'services') }}
