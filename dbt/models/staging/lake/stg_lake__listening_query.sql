select
    query_id,
    query_version,
    platform as channel_code,
    hashtag,
    territory_id,
    valid_from
from {{ source('lake', 'listening_query') }}
