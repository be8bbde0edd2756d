{{ config(materialized='table') }}
-- A dump comes a few times a year and tells a listing from its beginning: its listings are computed again, whole.
{{ affected_versions(
    fact='fct_rental_month',
    seen='int_rental_seen',
    key=['source_id', 'listing_id'],
    streams=['listings', 'reviews'],
    nights=['source_night_on', 'scraped_night_on', 'reviews_night_on'],
    month=none
) }}
