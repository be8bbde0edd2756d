-- A version is in force until the next one is: the day of the change belongs to the new version.
select
    query_id,
    query_version,
    channel_code,
    hashtag,
    territory_id,
    valid_from,
    lead(valid_from) over (partition by query_id order by query_version) as valid_to,
    lag(query_version) over (partition by query_id order by query_version) is not null as is_break
from {{ ref('stg_lake__listening_query') }}
