{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='post_id',
    on_schema_change='fail', meta={'affected_by': 'int_post_affected'}
) }}
-- depends_on: {{ ref('int_post_affected') }}
select
    post_id,
    scope_key as query_id,
    source_id,
    channel_code,
    query_version,
    territory_id,
    month_on,
    night_on as last_captured_night_on,
    night_on as source_night_on
from {{ ref('int_post_sighting') }}
where scope_kind = 'query'
qualify row_number() over (partition by post_id, scope_key order by night_on desc, source_id asc) = 1
