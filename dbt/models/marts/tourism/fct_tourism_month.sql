{%- set cell = [
    'source_id', 'stream', 'geo_code', 'month_on', 'published_accommodation_code', 'origin_country_group'
] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=cell,
    on_schema_change='fail', meta={'affected_by': 'int_tourism_affected'}
) }}
-- depends_on: {{ ref('int_tourism_affected') }}
{{ vintage_fact(
    seen='int_tourism_cell',
    affected='int_tourism_affected',
    cell=cell,
    measures=[
        'nights_count', 'nights_null_reason', 'arrivals_count', 'arrivals_null_reason', 'occupancy_share', 'occupancy_null_reason'
    ]
) }}
