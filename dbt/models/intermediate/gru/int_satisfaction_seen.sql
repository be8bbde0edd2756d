-- Answers to surveys and experiences told on portals, in one shape, as each night showed them.
select
    source_id,
    'answers' as stream,
    survey_id || '/' || response_id as answer_id,
    night_on,
    updated_at,
    coalesce(submitted_at, updated_at, started_at) as said_at,
    cast(null as date) as said_on,
    is_complete,
    territory_id,
    cast(null as varchar) as departement_code,
    request_id,
    published_channel,
    service,
    score,
    cast(null as varchar) as tonality
from {{ ref('stg_limesurvey__answers') }}
union all
select
    source_id,
    'experiences' as stream,
    experience_id as answer_id,
    night_on,
    cast(null as timestamp) as updated_at,
    cast(null as timestamp) as said_at,
    written_on as said_on,
    true as is_complete,
    cast(null as varchar) as territory_id,
    departement_code,
    cast(null as varchar) as request_id,
    published_channel,
    service,
    cast(null as bigint) as score,
    tonality
from {{ ref('stg_opendatasoft__experiences') }}
