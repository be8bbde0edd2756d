select
    _source as source_id,
    _night as night_on,
    freq as period_kind_code,
    {{ try_cast("time_period || '-01-01'", 'date') }} as year_on,
    cast(geo_vintage as integer) as cog_year,
    geo_level as place_level_code,
    geo_code as place_code,
    measure as measure_code,
    occupation as occupation_code,
    unit_measure as measure_unit_code,
    unit_mult as unit_power,
    -- The publisher writes 412.3 with the power 3 for 412,300; without a power the value stands as it is.
    case when unit_mult is null then obs_value else round(obs_value * power(10, unit_mult), 6) end as observed_value,
    obs_status as obs_status_code,
    conf_status as confidentiality_code,
    updated_at as vintage_at
from {{ source('insee_melodi', 'housing') }}
