{{ config(materialized='table') }}
{{ affected_versions(
    fact='fct_attendance',
    seen='stg_attendance__visits',
    key=['source_id', 'site_code', 'period_code'],
    streams=['visits'],
    month=month_of('period_starts_on')
) }}
