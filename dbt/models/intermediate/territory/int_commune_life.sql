-- The official geographic code is that of 1 January: what changed between two codes is dated from the first one that shows it.
with
dated as (
    select
        *,
        make_date(cog_year, 1, 1) as event_on
    from {{ ref('commune_events') }}
)

select
    'commune:' || commune_code as territory_id,
    commune_code,
    max_by(commune_name, cog_year) as commune_name,
    max_by(department_code, cog_year) as department_code,
    max(event_on) filter (where event_kind = 'restored') as started_on,
    case when max_by(successor_code, cog_year) != commune_code then max(event_on) filter (where event_kind != 'restored') end as ended_on,
    case when max_by(successor_code, cog_year) != commune_code then 'commune:' || max_by(successor_code, cog_year) end as successor_id
from dated
group by commune_code
