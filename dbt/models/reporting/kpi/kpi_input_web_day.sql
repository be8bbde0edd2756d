select
    source_id,
    'visits' as stream,
    site_id,
    territory_id,
    month_on,
    day_on,
    visits_count,
    visits_null_reason as null_reason,
    false as is_provisional
from {{ ref('fct_web_day') }}
where territory_id is not null
