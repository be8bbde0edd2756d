-- A version that starts before the one it replaces would be in force never, or at the same time.
select
    query_id,
    query_version
from {{ ref('dim_listening_query') }}
where valid_to <= valid_from
