{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='post_id',
    on_schema_change='fail', meta={'affected_by': 'int_post_affected'}
) }}
-- depends_on: {{ ref('int_post_affected') }}
select
    post_id,
    scope_key as query_id,
    source_id,
    query_version,
    territory_id,
    {{ month_of('posted_on') }} as month_on,
    night_on as last_captured_night_on
from {{ ref('int_post_seen') }}
where
    stream = 'hashtag_timeline'
    {% if is_incremental() %}
    and post_id in (select post_id from {{ ref('int_post_affected') }})
    and night_on >= {{ literal_floor(ref('int_post_affected'), 'posted_on') }}
    {% endif %}
qualify row_number() over (partition by post_id, scope_key order by night_on desc, source_id asc) = 1
