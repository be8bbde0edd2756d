select
    _source as source_id,
    _night as night_on,
    site_id,
    territory_id,
    day_on,
    page_id,
    page_path,
    is_others,
    visits_count,
    hits_count,
    bounce_share,
    mean_page_seconds
from {{ source('matomo', 'pages') }}
