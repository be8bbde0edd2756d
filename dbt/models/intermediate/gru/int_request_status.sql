{{ config(materialized='table') }}
-- Publishers that list status changes do so by code: what a code means is what the newest night that shows a case in it says. What was
-- known stands beside the pending nights; a code that was last shown by one of these is looked for in all nights.
{%- set known = as_last_built('dim_request_status') %}
-- depends_on: {{ source('lake', 'pending_file') }}
with
nights as (
    select *
    from {{ ref('stg_publik__forms') }}
    {%- if known %}
    where night_on >= {{ oldest_pending_night(['forms']) }}
    union all
    select seen.*
    from {{ ref('stg_publik__forms') }} as seen
    inner join {{ known }} as known
        on seen.source_id = known.source_id and seen.form_slug || '/' || seen.published_status_code = known.published_status
    where
        seen.night_on < {{ oldest_pending_night(['forms']) }}
        and (known.source_id, known.source_night_on) in {{ pending_batches(['forms']) }}
    {%- endif %}
),

shown as (
    select
        seen.source_id,
        seen.form_slug || '/' || seen.published_status_code as published_status,
        seen.published_status as status_name,
        case when seen.is_endpoint then 'closed' else mapped.status_code end as status_code,
        case
            when seen.is_endpoint or mapped.status_code = 'closed' then true
            when seen.is_endpoint = false or mapped.status_code is not null then false
        end as is_closed,
        seen.night_on as source_night_on
    from nights as seen
    left join {{ ref('request_status_map') }} as mapped on lower(trim(seen.published_status)) = mapped.published_status
    {%- if known %}
    union all by name
    select *
    from {{ known }}
    where (source_id, source_night_on) not in {{ pending_batches(['forms']) }}
    {%- endif %}
)

select *
from shown
qualify row_number() over (
    partition by source_id, published_status
    order by source_night_on desc, status_name asc nulls last
) = 1
