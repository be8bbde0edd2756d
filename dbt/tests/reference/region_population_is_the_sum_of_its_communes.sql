-- By the communes' own region_code, not by the bridge that the model summed with.
with communes as (

    select
        region_code,
        sum(population) as population
    from {{ ref('dim_territory') }}
    where territory_level = 'commune'
    group by region_code

)

select
    regions.territory_id,
    regions.population,
    communes.population as commune_population
from {{ ref('dim_territory') }} as regions
left join communes
    on regions.territory_code = communes.region_code
where
    regions.territory_level = 'region'
    and regions.population is distinct from communes.population
