{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='night_on',
    on_schema_change='fail', meta={'affected_by': 'int_social_night_affected'}
) }}
-- depends_on: {{ ref('int_social_night_affected') }}
select
    account_key,
    night_on,
    {{ month_of('night_on') }} as month_on,
    source_id,
    territory_id,
    followers_count,
    following_count,
    statuses_count,
    last_status_on,
    night_on as source_night_on
from {{ ref('stg_mastodon__accounts') }}
{% if is_incremental() %}
where
    night_on in (select night_on from {{ ref('int_social_night_affected') }})
    and night_on >= {{ literal_floor(ref('int_social_night_affected'), 'night_on') }}
{% endif %}
