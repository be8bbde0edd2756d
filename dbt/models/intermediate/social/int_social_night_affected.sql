{{ config(materialized='table') }}
-- depends_on: {{ ref('int_post_affected') }}
-- Facts of one row per night are recomputed by whole nights. After int_post_affected, which must read them as they stood.
select distinct night_on
from {{ source('lake', 'pending_file') }}
where stream in ('accounts', 'statuses', 'hashtag_timeline')
