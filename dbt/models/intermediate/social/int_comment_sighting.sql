{{ config(materialized='table') }}
{%- set built = as_last_built('fct_comment') %}
-- depends_on: {{ ref('int_comment_affected') }}
-- The sightings that count of the comments to recompute, as in int_post_sighting.
select *
from {{ ref('int_comment_seen') }}
{% if built -%}
where
    comment_id in (select comment_id from {{ ref('int_comment_affected') }})
    and night_on >= {{ literal_floor(ref('int_comment_affected'), 'earliest_night_on', when=true) }}
{% endif -%}
qualify
    is_in_window
    or (
        not bool_or(is_in_window) over (partition by comment_id)
        and night_on = min(night_on) over (partition by comment_id)
    )
