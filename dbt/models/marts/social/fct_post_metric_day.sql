{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='night_on',
    on_schema_change='fail', meta={'affected_by': 'int_social_night_affected'}
) }}
-- depends_on: {{ ref('int_social_night_affected') }}
-- depends_on: {{ ref('fct_post') }} {{ ref('fct_post_query') }}
-- After the posts: int_post_affected reads here which posts a removed night had shown, and a run that stops in between
-- must find it still.
select
    post_id,
    night_on,
    {{ month_of('night_on') }} as month_on,
    source_id,
    replies_count,
    reblogs_count,
    favourites_count,
    quotes_count,
    author_followers_count,
    night_on as source_night_on
from {{ ref('int_post_seen') }}
{% if is_incremental() %}
where
    night_on in (select night_on from {{ ref('int_social_night_affected') }})
    and night_on >= {{ literal_floor(ref('int_social_night_affected'), 'night_on') }}
{% endif %}
qualify row_number() over (
    partition by post_id, night_on
    order by edited_at desc nulls last, stream desc, scope_key asc, source_id asc
) = 1
