-- Everything known of current communes, by attribute and year: what the nights brought, the register, the populations of the reference.
-- Where the publisher leaves out the communes that have none, those of a département that it speaks of have none.
-- On an incremental run, of the affected attribute-years only: dim_territory_attribute holds the others.
{{ config(materialized='table') }}
{%- set is_partial = as_last_built('dim_territory_attribute') %}
{%- set counted -%}
case counted.attribute_code when 'classified_beds' then register.beds_count else register.establishments_count end
{%- endset %}
-- depends_on: {{ ref('int_territory_attribute_affected') }}
with
communes as (
    select
        'commune:' || commune.commune_code as territory_id,
        commune.department_code,
        commune.population,
        departement.population_year
    from {{ ref('communes') }} as commune
    inner join {{ ref('departements') }} as departement on commune.department_code = departement.department_code
),

known as (
    select
        territory_id,
        attribute_code,
        year_number,
        value,
        null_reason,
        source_id
    from {{ ref('int_commune_attribute_current') }}
    {% if is_partial -%}
    where (attribute_code, year_number) in (select (attribute_code, year_number) from {{ ref('int_territory_attribute_affected') }})
    {%- endif %}

    union all

    select
        'commune:' || register.commune_code as territory_id,
        counted.attribute_code,
        register.year_number,
        cast({{ counted }} as double) as value,
        case when {{ counted }} is null then 'not_reported' end as null_reason,
        register.source_id
    from (
        select
            *,
            row_number() over (partition by commune_code, year_number order by night_on desc, source_id asc) as position
        from {{ ref('int_register_commune') }}
        where commune_code is not null
    ) as register
    cross join (values ('classified_establishments'), ('classified_beds')) as counted (attribute_code)
    where
        register.position = 1
        {% if is_partial -%}
        and (counted.attribute_code, register.year_number) in (
            select (attribute_code, year_number)
            from {{ ref('int_territory_attribute_affected') }}
        )
        {%- endif %}

    union all

    select
        territory_id,
        'population' as attribute_code,
        population_year as year_number,
        cast(population as double) as value,
        cast(null as varchar) as null_reason,
        'cog' as source_id
    from communes
    where
        population is not null
        {% if is_partial -%}
        and ('population', population_year) in (select (attribute_code, year_number) from {{ ref('int_territory_attribute_affected') }})
        {%- endif %}
),

spoken_of as (
    select
        known.attribute_code,
        known.year_number,
        communes.department_code,
        min(known.source_id) as source_id
    from known
    inner join communes on known.territory_id = communes.territory_id
    inner join {{ ref('territory_attributes') }} as attribute
        on known.attribute_code = attribute.attribute_code and attribute.is_absent_zero
    group by known.attribute_code, known.year_number, communes.department_code
),

completed as (
    select known.*
    from known
    inner join communes on known.territory_id = communes.territory_id

    union all by name

    select
        communes.territory_id,
        spoken_of.attribute_code,
        spoken_of.year_number,
        cast(0 as double) as value,
        spoken_of.source_id
    from spoken_of
    inner join communes on spoken_of.department_code = communes.department_code
    where
        (communes.territory_id, spoken_of.attribute_code, spoken_of.year_number)
        not in (select (known.territory_id, known.attribute_code, known.year_number) from known)
)

select
    completed.*,
    attribute.attribute_kind
from completed
inner join {{ ref('territory_attributes') }} as attribute on completed.attribute_code = attribute.attribute_code
