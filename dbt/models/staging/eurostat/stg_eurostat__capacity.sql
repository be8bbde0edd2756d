select
    _source as source_id,
    _night as night_on,
    freq as frequency_code,
    accomunit as capacity_code,
    unit as unit_code,
    nace_r2 as published_accommodation_code,
    geo as geo_code,
    {{ try_cast("time_period || '-01-01'", 'date') }} as year_on,
    obs_value as observed_value,
    obs_flag,
    updated_at as vintage_at
from {{ source('eurostat', 'capacity') }}
