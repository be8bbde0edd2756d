-- How much there is of what. A room is no bed place and a pitch is no room, so each has its code.
with
accommodation as (
    select * from {{ ref('accommodation_map') }}
)

select
    source_id,
    night_on,
    'capacity' as stream,
    geo_code,
    year_on,
    year_on as month_on,
    published_accommodation_code,
    case capacity_code when 'ESTBL' then 'establishments' when 'BEDRM' then 'rooms' when 'BEDPL' then 'bed_places' end
        as capacity_unit_code,
    {{ vintage('vintage_at', 'night_on') }} as vintage_at,
    observed_value as capacity_count,
    {{ nights_null_reason('observed_value', 'obs_flag') }} as null_reason,
    obs_flag,
    {{ is_provisional_flag('obs_flag') }} as is_provisional
from {{ ref('stg_eurostat__capacity') }}
where unit_code = 'NR' and frequency_code = 'A' and capacity_code in ('ESTBL', 'BEDRM', 'BEDPL') and year_on is not null
union all
select
    seen.source_id,
    seen.night_on,
    'capacity' as stream,
    seen.place_level_code || '-' || seen.place_code as geo_code,
    seen.year_on,
    seen.year_on as month_on,
    seen.activity_code as published_accommodation_code,
    case seen.measure_code when 'UNIT_LOC' then 'establishments' when 'PLACE' then coalesce(accommodation.capacity_unit, 'places') end
        as capacity_unit_code,
    {{ vintage('seen.vintage_at', 'seen.night_on') }} as vintage_at,
    seen.observed_value as capacity_count,
    {{ insee_null_reason('seen.observed_value', 'seen.confidentiality_code') }} as null_reason,
    seen.obs_status_code as obs_flag,
    coalesce(seen.obs_status_code = 'P', false) as is_provisional
from {{ ref('stg_insee_melodi__capacity') }} as seen
left join accommodation
    on accommodation.family = 'insee_melodi' and lower(seen.activity_code) = accommodation.published_accommodation
where seen.period_kind_code = 'A' and seen.measure_code in ('UNIT_LOC', 'PLACE') and seen.ranking_code = '_T' and seen.year_on is not null
union all
select
    source_id,
    night_on,
    'housing' as stream,
    place_level_code || '-' || place_code as geo_code,
    year_on,
    year_on as month_on,
    'dwelling' as published_accommodation_code,
    case occupation_code when 'DW_SEC_DW_OCC' then 'second_homes' when '_T' then 'dwellings' end as capacity_unit_code,
    {{ vintage('vintage_at', 'night_on') }} as vintage_at,
    observed_value as capacity_count,
    {{ insee_null_reason('observed_value', 'confidentiality_code') }} as null_reason,
    obs_status_code as obs_flag,
    coalesce(obs_status_code = 'P', false) as is_provisional
from {{ ref('stg_insee_melodi__housing') }}
where
    period_kind_code = 'A'
    and measure_code = 'DWELLINGS'
    and occupation_code in ('DW_SEC_DW_OCC', '_T')
    and year_on is not null
