select
    _source as source_id,
    _night as night_on,
    survey_id,
    response_id,
    territory_id,
    request_id,
    started_at,
    changed_at as updated_at,
    submitted_at,
    is_complete,
    last_page,
    language as language_code,
    score,
    verbatim as content,
    service,
    channel as published_channel
from {{ source('limesurvey', 'answers') }}
