{{ config(materialized='table') }}
{{ affected_keys(
    fact='fct_tourism_month',
    seen='int_tourism_cell',
    key=['source_id', 'geo_code', 'month_on', 'accommodation_code', 'origin_country_group'],
    streams=['nights']
) }}
