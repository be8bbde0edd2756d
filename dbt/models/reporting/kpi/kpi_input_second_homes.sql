-- Dwellings of a census, at every level of which all inhabited communes are known.
select
    min(source_id) as source_id,
    'housing' as stream,
    territory_id,
    {{ first_day_of_year('year_number') }} as month_on,
    max(value) filter (where attribute_code = 'second_homes') as second_homes_count,
    max(value) filter (where attribute_code = 'dwellings') as dwellings_count,
    min(null_reason) as null_reason,
    false as is_provisional
from {{ ref('dim_territory_attribute') }}
where attribute_code in ('second_homes', 'dwellings')
group by territory_id, year_number
