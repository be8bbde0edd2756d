with communes as (

    select * from {{ ref('communes') }}

),

departements as (

    select * from {{ ref('departements') }}

),

commune_ancestors as (

    select * from {{ ref('int_territory_commune_ancestor') }}

),

commune_lives as (

    select * from {{ ref('int_commune_life') }}

),

named as (

    select * from {{ ref('int_territory_name') }}

),

commune_of_each as (

    select
        ancestor_id as territory_id,
        territory_id as commune_id
    from commune_ancestors

    union all

    select
        'commune:' || commune_code as territory_id,
        'commune:' || commune_code as commune_id
    from communes

),

summed as (

    -- An attribute that differs between the communes of a territory has no single value: NULL.
    select
        commune_of_each.territory_id,
        count(*) as commune_count,
        count(communes.population) as commune_with_population_count,
        sum(communes.population) as population,
        {% for attribute in ['cog_year', 'population_year', 'region_code', 'department_code', 'zone_code'] %}
        case
            when min(departements.{{ attribute }}) = max(departements.{{ attribute }})
                then min(departements.{{ attribute }})
        end as {{ attribute }}{{ ',' if not loop.last }}
        {% endfor %}
    from commune_of_each
    inner join communes
        on commune_of_each.commune_id = 'commune:' || communes.commune_code
    inner join departements
        on communes.department_code = departements.department_code
    group by commune_of_each.territory_id

)

select
    named.territory_id,
    named.territory_level,
    named.territory_code,
    named.territory_name,
    cast(summed.cog_year as integer) as cog_year,
    cast(summed.population as bigint) as population,
    cast(summed.population_year as integer) as population_year,
    cast(summed.commune_count as integer) as commune_count,
    cast(summed.commune_with_population_count as integer) as commune_with_population_count,
    coalesce(summed.department_code, commune_lives.department_code) as department_code,
    coalesce(summed.region_code, former_departement.region_code) as region_code,
    coalesce(summed.zone_code, former_departement.zone_code) as zone_code,
    named.is_current,
    commune_lives.started_on,
    commune_lives.ended_on,
    commune_lives.successor_id
from named
left join summed
    on named.territory_id = summed.territory_id
left join commune_lives
    on named.territory_id = commune_lives.territory_id
left join departements as former_departement
    on commune_lives.department_code = former_departement.department_code
