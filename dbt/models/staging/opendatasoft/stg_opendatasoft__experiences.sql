select
    _source as source_id,
    _night as night_on,
    experience_id,
    written_on,
    published_on,
    answered_on,
    status as published_status,
    tonality,
    title,
    message as content,
    service,
    channel as published_channel,
    departement_code
from {{ source('opendatasoft', 'experiences') }}
