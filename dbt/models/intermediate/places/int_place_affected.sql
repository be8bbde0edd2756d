{{ config(materialized='table') }}
{{ affected_versions(
    fact='dim_place',
    seen='int_place_seen',
    key=['place_id'],
    streams=['offers', 'establishments', 'visits', 'locations', 'reviews'],
    nights=['source_night_on', 'last_seen_night_on'],
    month=none
) }}
