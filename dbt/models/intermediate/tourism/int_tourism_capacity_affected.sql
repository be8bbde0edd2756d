{{ config(materialized='table') }}
{{ affected_versions(
    fact='fct_tourism_capacity_year',
    seen='int_tourism_capacity_cell',
    key=[
        'source_id', 'stream', 'geo_code', 'month_on', 'published_accommodation_code', 'capacity_unit_code', 'vintage_at'
    ],
    streams=['capacity', 'housing']
) }}
