with communes as (

    select * from {{ ref('communes') }}

),

epci as (

    select * from {{ ref('epci') }}

),

departements as (

    select * from {{ ref('departements') }}

),

regions as (

    select * from {{ ref('regions') }}

),

nuts as (

    select * from {{ ref('nuts') }}

),

eurostat_geos as (

    select * from {{ ref('eurostat_geos') }}

),

commune_ancestors as (

    select * from {{ ref('int_territory_commune_ancestor') }}

),

named as (

    select
        'country:' || geo_code as territory_id,
        territory_level,
        geo_code as territory_code,
        geo_name_fr as territory_name,
        is_current
    from eurostat_geos

    union all

    select
        'nuts:' || nuts_code as territory_id,
        'nuts' || cast(nuts_level as {{ dbt.type_string() }}) as territory_level,
        nuts_code as territory_code,
        nuts_name as territory_name,
        true as is_current
    from nuts

    union all

    select
        'region:' || region_code as territory_id,
        'region' as territory_level,
        region_code as territory_code,
        region_name as territory_name,
        true as is_current
    from regions

    union all

    select
        'departement:' || department_code as territory_id,
        'departement' as territory_level,
        department_code as territory_code,
        department_name as territory_name,
        true as is_current
    from departements

    union all

    select
        'epci:' || epci_code as territory_id,
        'epci' as territory_level,
        epci_code as territory_code,
        epci_name as territory_name,
        true as is_current
    from epci

    union all

    select
        'commune:' || commune_code as territory_id,
        'commune' as territory_level,
        commune_code as territory_code,
        commune_name as territory_name,
        true as is_current
    from communes

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
    summed.department_code,
    summed.region_code,
    summed.zone_code,
    named.is_current
from named
left join summed
    on named.territory_id = summed.territory_id
