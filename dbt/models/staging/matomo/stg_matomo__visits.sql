select
    _source as source_id,
    _night as night_on,
    site_id,
    territory_id,
    day_on,
    visits_count,
    unique_visitors_count,
    actions_count,
    bounces_count,
    bounce_share,
    mean_visit_seconds
from {{ source('matomo', 'visits') }}
