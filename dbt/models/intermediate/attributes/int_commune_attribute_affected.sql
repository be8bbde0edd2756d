{{ config(materialized='table') }}
{{ affected_keys(
    fact='int_commune_attribute_current',
    seen='int_commune_attribute_seen',
    key=['territory_id', 'attribute_code', 'year_number'],
    streams=['attributes', 'capacity', 'housing']
) }}
