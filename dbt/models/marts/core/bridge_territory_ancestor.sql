with territories as (

    select * from {{ ref('dim_territory') }}

),

commune_ancestors as (

    select * from {{ ref('int_territory_commune_ancestor') }}

),

group_ancestors as (

    select * from {{ ref('int_territory_group_ancestor') }}

),

former_communes as (

    -- A commune that merged keeps the years before: its figures count for what lies around its successor, and never for
    -- the successor itself, which would make each of them count twice among communes.
    select
        territories.territory_id,
        commune_ancestors.ancestor_id,
        commune_ancestors.ancestor_level
    from territories
    inner join commune_ancestors
        on territories.successor_id = commune_ancestors.territory_id
    where territories.territory_level = 'commune'

),

groups_of_one_commune as (

    select ancestor_id
    from commune_ancestors
    group by ancestor_id
    having count(*) = 1

)

select
    territory_id,
    territory_id as ancestor_id,
    territory_level as ancestor_level,
    cast(1 as double) as weight,
    true as is_inside,
    true as is_same_area
from territories

union all

select
    commune_ancestors.territory_id,
    commune_ancestors.ancestor_id,
    commune_ancestors.ancestor_level,
    cast(1 as double) as weight,
    true as is_inside,
    groups_of_one_commune.ancestor_id is not null as is_same_area
from commune_ancestors
left join groups_of_one_commune
    on commune_ancestors.ancestor_id = groups_of_one_commune.ancestor_id

union all

select
    territory_id,
    ancestor_id,
    ancestor_level,
    cast(1 as double) as weight,
    true as is_inside,
    false as is_same_area
from former_communes

union all

select
    territory_id,
    ancestor_id,
    ancestor_level,
    weight,
    is_inside,
    is_same_area
from group_ancestors
