{% set levels = {
    'epci': "'epci:' || communes.epci_code",
    'departement': "'departement:' || communes.department_code",
    'region': "'region:' || departements.region_code",
    'nuts3': "'nuts:' || nuts.nuts_code",
    'nuts2': "'nuts:' || substr(nuts.nuts_code, 1, 4)",
    'nuts1': "'nuts:' || substr(nuts.nuts_code, 1, 3)",
    'country': "'country:FR'"
} %}

with communes as (

    select * from {{ ref('communes') }}

),

departements as (

    select * from {{ ref('departements') }}

),

nuts as (

    select * from {{ ref('nuts') }}
    where nuts_level = 3

),

destinations as (

    select * from {{ ref('stg_lake__destination') }}

),

communes_by_level as (

    select
        'commune:' || communes.commune_code as territory_id,
        communes.population,
        {% for level, ancestor_id in levels.items() %}
        {{ ancestor_id }} as {{ level }}_id{{ ',' if not loop.last }}
        {% endfor %}
    from communes
    inner join departements
        on communes.department_code = departements.department_code
    left join nuts
        on communes.department_code = nuts.department_code

)

{% for level in levels %}
select
    territory_id,
    population,
    {{ level }}_id as ancestor_id,
    '{{ level }}' as ancestor_level
from communes_by_level
where {{ level }}_id is not null
union all
{% endfor %}
select distinct
    communes_by_level.territory_id,
    communes_by_level.population,
    destinations.territory_id as ancestor_id,
    'destination' as ancestor_level
from communes_by_level
inner join destinations
    on destinations.member_id in (communes_by_level.territory_id, communes_by_level.epci_id)
