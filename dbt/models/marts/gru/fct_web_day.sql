{%- set key = ['source_id', 'site_id', 'day_on'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_web_day_affected'}
) }}
-- depends_on: {{ ref('int_web_day_affected') }}
select
    seen.source_id,
    seen.site_id,
    seen.day_on,
    {{ month_of('seen.day_on') }} as month_on,
    seen.territory_id,
    seen.visits_count,
    case when seen.visits_count is null then 'not_reported' end as visits_null_reason,
    seen.unique_visitors_count,
    seen.actions_count,
    seen.bounces_count,
    min(seen.night_on) over (partition by seen.source_id, seen.site_id, seen.day_on) as first_seen_night_on,
    max(seen.night_on) over (partition by seen.source_id, seen.site_id, seen.day_on) as last_seen_night_on,
    seen.night_on as source_night_on
from {{ ref('stg_matomo__visits') }} as seen
where {{ of_affected_keys('fct_web_day', 'int_web_day_affected', key, 'visits', 'seen') }}
qualify row_number() over (partition by seen.source_id, seen.site_id, seen.day_on order by seen.night_on desc) = 1
