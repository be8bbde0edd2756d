{%- set key = ['source_id', 'site_id', 'day_on'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_web_day_affected'}
) }}
-- depends_on: {{ ref('int_web_day_affected') }}
select
    source_id,
    site_id,
    day_on,
    {{ month_of('day_on') }} as month_on,
    territory_id,
    visits_count,
    case when visits_count is null then 'not_reported' end as visits_null_reason,
    unique_visitors_count,
    actions_count,
    bounces_count,
    min(night_on) over (partition by source_id, site_id, day_on) as first_seen_night_on,
    max(night_on) over (partition by source_id, site_id, day_on) as last_seen_night_on,
    night_on as source_night_on
from {{ ref('stg_matomo__visits') }} as seen
where {{ of_affected_keys('fct_web_day', 'int_web_day_affected', key, 'visits', 'seen') }}
qualify row_number() over (partition by source_id, site_id, day_on order by night_on desc) = 1
