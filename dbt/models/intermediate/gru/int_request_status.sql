{{ config(materialized='table') }}
-- Publishers that list status changes do so by code: what a code means is what the newest night that shows a case in it says.
select
    seen.source_id,
    seen.form_slug || '/' || seen.published_status_code as published_status,
    seen.published_status as status_name,
    case when seen.is_endpoint then 'closed' else map.status_code end as status_code,
    case
        when seen.is_endpoint or map.status_code = 'closed' then true
        when seen.is_endpoint = false or map.status_code is not null then false
    end as is_closed,
    seen.night_on as source_night_on
from {{ ref('stg_publik__forms') }} as seen
left join {{ ref('request_status_map') }} as map on lower(trim(seen.published_status)) = map.published_status
qualify row_number() over (
    partition by seen.source_id, seen.form_slug, seen.published_status_code
    order by seen.night_on desc, seen.published_status asc nulls last
) = 1
