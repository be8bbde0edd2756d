-- The official geographic code is that of 1 January: what changed between two codes is dated from the first one that shows it.
with
dated as (
    select
        *,
        {{ first_day_of_year('cog_year') }} as event_on
    from {{ ref('commune_events') }}
),

lives as (
    select
        commune_code,
        {{ last_known('commune_name', 'cog_year') }} as commune_name,
        {{ last_known('department_code', 'cog_year') }} as department_code,
        {{ last_known('successor_code', 'cog_year') }} as successor_code,
        max(event_on) filter (where event_kind = 'restored') as restored_on,
        max(event_on) filter (where event_kind != 'restored') as left_on
    from dated
    group by commune_code
)

select
    'commune:' || commune_code as territory_id,
    commune_code,
    commune_name,
    department_code,
    restored_on as started_on,
    case when successor_code != commune_code then left_on end as ended_on,
    case when successor_code != commune_code then 'commune:' || successor_code end as successor_id
from lives
