{%- set key = ['source_id', 'zone_code', 'present_on', 'presence_category', 'origin'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_mobile_presence_affected'}
) }}
with
newest as (
    select *
    from ({{ versions(seen='stg_mobile_flows__presence', affected='int_mobile_presence_affected', key=key) }})
    qualify row_number() over (partition by {{ key | join(', ') }} order by night_on desc) = 1
)

select
    newest.source_id,
    newest.zone_code,
    newest.present_on,
    newest.presence_category,
    newest.origin,
    {{ commune_on('territory', 'newest.present_on') }} as territory_id,
    {{ month_of('newest.present_on') }} as month_on,
    category.code as presence_category_code,
    origin.code as origin_country_group,
    newest.presence_estimate,
    {{ hidden_null_reason('newest.presence_estimate', 'presence_estimate') }} as presence_null_reason,
    newest.overnight_presence_estimate,
    {{ hidden_null_reason('newest.overnight_presence_estimate', 'overnight_presence_estimate') }} as overnight_null_reason,
    newest.night_on as source_night_on
from newest
left join {{ ref('dim_territory') }} as territory
    on newest.zone_code = territory.territory_code and territory.territory_level = 'commune'
left join {{ ref('presence_map') }} as category
    on category.field = 'category' and lower(trim(newest.presence_category)) = category.published_value
left join {{ ref('presence_map') }} as origin
    on origin.field = 'origin' and lower(trim(newest.origin)) = origin.published_value
