{{ config(materialized='table') }}
{{ affected_versions(
    fact='fct_office_request_day',
    seen='stg_office_visits__requests',
    key=['source_id', 'office_code', 'visited_on', 'published_channel'],
    streams=['requests'],
    month=month_of('visited_on')
) }}
