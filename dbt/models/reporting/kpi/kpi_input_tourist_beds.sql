-- Beds on 1 January of each year, at every level of which all inhabited communes are known.
select
    source_id,
    'capacity' as stream,
    territory_id,
    {{ first_day_of_year('year_number') }} as month_on,
    value as tourist_beds_count,
    null_reason,
    false as is_provisional
from {{ ref('dim_territory_attribute') }}
where attribute_code = 'tourist_beds'
