{{ config(materialized='table') }}
{{ affected_versions(
    fact='fct_tourism_month',
    seen='int_tourism_cell',
    key=[
        'source_id', 'stream', 'geo_code', 'month_on', 'published_accommodation_code', 'origin_country_group', 'vintage_at'
    ],
    streams=['nights', 'arrivals', 'platform_nights', 'frequentation']
) }}
