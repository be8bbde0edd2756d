{%- set cell = [
    'source_id', 'stream', 'geo_code', 'month_on', 'published_accommodation_code', 'capacity_unit_code'
] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=cell,
    on_schema_change='fail', meta={'affected_by': 'int_tourism_capacity_affected'}
) }}
-- depends_on: {{ ref('int_tourism_capacity_affected') }}
{{ vintage_fact(
    seen='int_tourism_capacity_cell',
    affected='int_tourism_capacity_affected',
    cell=cell,
    measures=['year_on', 'capacity_count', 'null_reason']
) }}
