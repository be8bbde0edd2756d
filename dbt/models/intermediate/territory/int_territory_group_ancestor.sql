with commune_ancestors as (

    select * from {{ ref('int_territory_commune_ancestor') }}

),

sizes as (

    select
        ancestor_id as territory_id,
        ancestor_level as territory_level,
        count(*) as commune_count,
        count(population) as commune_with_population_count,
        sum(population) as population
    from commune_ancestors
    group by ancestor_id, ancestor_level

),

shared as (

    select
        inner_side.ancestor_id as territory_id,
        outer_side.ancestor_id,
        outer_side.ancestor_level,
        count(*) as commune_count,
        sum(outer_side.population) as population
    from commune_ancestors as inner_side
    inner join commune_ancestors as outer_side
        on
            inner_side.territory_id = outer_side.territory_id
            and inner_side.ancestor_id != outer_side.ancestor_id
    -- An EPCI can hold a whole département (Paris), but nobody reads a département as a part of an EPCI; nor a
    -- destination as a part of another.
    where
        (outer_side.ancestor_level != 'epci' or inner_side.ancestor_level = 'destination')
        and (outer_side.ancestor_level != 'destination' or inner_side.ancestor_level != 'destination')
    group by inner_side.ancestor_id, outer_side.ancestor_id, outer_side.ancestor_level

)

select
    shared.territory_id,
    shared.ancestor_id,
    shared.ancestor_level,
    -- Destinations overlap: what is known of each cannot be added up to what lies around them.
    case
        when sizes.territory_level = 'destination' then null
        when shared.commune_count = sizes.commune_count then cast(1 as double)
        when sizes.commune_with_population_count = sizes.commune_count
            then cast(shared.population as double) / cast(sizes.population as double)
    end as weight,
    shared.commune_count = sizes.commune_count as is_inside,
    shared.commune_count = sizes.commune_count
    and shared.commune_count = ancestor_sizes.commune_count as is_same_area
from shared
inner join sizes
    on shared.territory_id = sizes.territory_id
inner join sizes as ancestor_sizes
    on shared.ancestor_id = ancestor_sizes.territory_id
-- Only an EPCI is shared out; a région is not a part of each of its départements.
where
    sizes.territory_level = 'epci'
    or shared.commune_count = sizes.commune_count
