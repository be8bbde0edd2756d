{{ config(materialized='table') }}
{%- set built = as_last_built('fct_post') %}
-- depends_on: {{ ref('int_post_affected') }}
-- The sightings that count of the posts to recompute, read once for all the facts about posts: those within their stream's window. A post
-- that was only ever seen later (a pinned one, the tail of a page, all of a first night) counts as it was first seen.
select *
from {{ ref('int_post_seen') }}
{% if built -%}
where
    post_id in (select post_id from {{ ref('int_post_affected') }})
    and night_on >= {{ literal_floor(ref('int_post_affected'), 'earliest_night_on', when=true) }}
{% endif -%}
qualify
    is_in_window
    or (
        not bool_or(is_in_window) over (partition by post_id)
        and night_on = min(night_on) over (partition by post_id)
    )
