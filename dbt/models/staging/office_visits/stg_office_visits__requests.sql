select
    _source as source_id,
    _night as night_on,
    office_code,
    office_name,
    commune_code,
    visited_on,
    channel as published_channel,
    visits_count,
    persons_count,
    foreign_visits_count,
    file_name,
    file_row
from {{ source('office_visits', 'requests') }}
