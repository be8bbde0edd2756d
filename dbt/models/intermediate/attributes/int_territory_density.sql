-- INSEE's rule above the commune: the class where more than half of the inhabitants live, else the intermediate one.
with
communes as (
    select
        territory_id,
        max(year_number) as year_number,
        cast({{ last_known('value', 'year_number') }} as integer) as density_class_7
    from {{ ref('int_commune_attribute_current') }}
    where attribute_code = 'density_class_7' and value is not null
    group by territory_id
),

groups as (
    select
        ancestor.ancestor_id as territory_id,
        max(communes.year_number) as year_number,
        sum(ancestor.population) as population,
        sum(ancestor.population) filter (where communes.density_class_7 = 1) as dense_population,
        sum(ancestor.population) filter (where communes.density_class_7 >= 5) as rural_population,
        count(*) filter (where ancestor.population > 0) as inhabited_count,
        count(communes.density_class_7) filter (where ancestor.population > 0) as known_count
    from {{ ref('int_territory_commune_ancestor') }} as ancestor
    left join communes on ancestor.territory_id = communes.territory_id
    group by ancestor.ancestor_id
)

select
    territory_id,
    year_number,
    density_class_7,
    {{ density_class_3('density_class_7') }} as density_class_3
from communes
union all
select
    territory_id,
    year_number,
    cast(null as integer) as density_class_7,
    case
        when dense_population > population / 2 then 1
        when rural_population > population / 2 then 3
        else 2
    end as density_class_3
from groups
where known_count = inhabited_count
