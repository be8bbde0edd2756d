{{ config(materialized='table') }}
{{ affected_versions(
    fact='fct_mobile_presence_day',
    seen='stg_mobile_flows__presence',
    key=['source_id', 'zone_code', 'present_on', 'presence_category', 'origin'],
    streams=['presence'],
    month=month_of('present_on')
) }}
