{{ config(materialized='table') }}
{{ affected_versions(
    fact='fct_tourist_tax',
    seen='stg_tourist_tax__stays',
    key=['source_id', 'commune_code', 'stay_month_on', 'accommodation_kind', 'collector'],
    streams=['stays'],
    month='stay_month_on'
) }}
