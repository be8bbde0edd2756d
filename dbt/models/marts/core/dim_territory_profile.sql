-- The newest known year of each attribute; shares are of one year.
{%- set attributes = ['area_km2', 'population_dgf', 'dwellings', 'tourist_beds', 'classified_establishments', 'classified_beds'] -%}
{%- set flags = ['tourist_commune', 'classified_resort', 'coast_law', 'mountain_law'] %}
with
years as (
    select
        territory_id,
        year_number,
        {% for code in attributes + flags + ['second_homes'] %}
        max(value) filter (where attribute_code = '{{ code }}') as {{ code }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('dim_territory_attribute') }}
    where value is not null
    group by territory_id, year_number
),

newest as (
    select
        territory_id,
        {% for code in attributes + ['second_homes'] %}
        {{ last_known(code, 'year_number') }} as {{ code }},
        max(year_number) filter (where {{ code }} is not null) as {{ code }}_year,
        {% endfor %}
        {% for code in flags %}
        {{ last_known(code, 'year_number') }} as {{ code }}_share,
        max(year_number) filter (where {{ code }} is not null) as {{ code }}_year,
        {% endfor %}
        {{ last_known('second_homes / nullif(dwellings, 0)', 'year_number') }} as second_home_share
    from years
    group by territory_id
)

select
    territory.territory_id,
    newest.area_km2,
    cast(newest.area_km2_year as integer) as area_year,
    territory.population / nullif(newest.area_km2, 0) as density_per_km2,
    density.density_class_7,
    cast(density.density_class_3 as integer) as density_class_3,
    cast(density.year_number as integer) as density_class_year,
    cast(newest.population_dgf as bigint) as population_dgf,
    cast(newest.population_dgf_year as integer) as population_dgf_year,
    newest.dwellings as dwellings_count,
    cast(newest.dwellings_year as integer) as dwellings_year,
    newest.second_homes as second_homes_count,
    cast(newest.second_homes_year as integer) as second_homes_year,
    newest.second_home_share,
    newest.tourist_beds as tourist_beds_count,
    cast(newest.tourist_beds_year as integer) as tourist_beds_year,
    newest.tourist_beds / nullif(territory.population, 0) as tourist_beds_per_inhabitant,
    cast(newest.classified_establishments as bigint) as classified_establishments_count,
    cast(newest.classified_beds as bigint) as classified_beds_count,
    cast(newest.classified_establishments_year as integer) as classified_year,
    newest.tourist_commune_share,
    newest.classified_resort_share,
    cast(newest.tourist_commune_year as integer) as tourist_status_year,
    newest.coast_law_share as coast_share,
    newest.mountain_law_share as mountain_share,
    cast(newest.coast_law_year as integer) as coast_mountain_year
from {{ ref('dim_territory') }} as territory
left join newest on territory.territory_id = newest.territory_id
left join {{ ref('int_territory_density') }} as density on territory.territory_id = density.territory_id
where territory.is_current and territory.territory_level != 'aggregate'
