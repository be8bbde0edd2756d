{{ config(materialized='table') }}
-- depends_on: {{ ref('source_stream') }}
{%- set streams = ['reviews', 'ratings', 'locations', 'accounts'] %}
-- Besides what the nights show: what they would have shown, were it still there.
{{ affected_versions(
    fact='fct_review',
    seen='int_review_seen',
    key=['source_id', 'review_id'],
    streams=streams,
    nights=['source_night_on', 'last_seen_night_on'],
    also='changed_on >= ' ~ oldest_day_read_again(['reviews', 'ratings']),
    month=month_of('posted_on')
) }}
