-- Everything known of current communes, by attribute and year: what the nights brought, the register, the populations of the reference.
-- A source may say of which territories it names every commune that has any (stream_coverage): the others there have none, in a
-- département that it speaks of. Of a commune that another source does not name, nothing is known.
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
        source_id,
        stream
    from {{ ref('int_commune_attribute_placed') }}
    {% if is_partial -%}
    where (attribute_code, year_number) in (select (attribute_code, year_number) from {{ ref('int_territory_attribute_affected') }})
    {%- endif %}

    union all

    select
        register.territory_id,
        counted.attribute_code,
        register.year_number,
        cast({{ counted }} as double) as value,
        case when {{ counted }} is null then 'not_reported' end as null_reason,
        register.source_id,
        'establishments' as stream
    from (
        select
            *,
            row_number() over (partition by territory_id, year_number order by night_on desc, source_id asc) as position
        from {{ ref('int_register_commune') }}
        where territory_id is not null
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
        'cog' as source_id,
        'populations' as stream
    from communes
    where
        population is not null
        {% if is_partial -%}
        and ('population', population_year) in (select (attribute_code, year_number) from {{ ref('int_territory_attribute_affected') }})
        {%- endif %}
),

covered as (
    select
        coverage.source_id,
        coverage.stream,
        communes.territory_id,
        communes.department_code
    from {{ ref('stream_coverage') }} as coverage
    inner join {{ ref('int_territory_commune_ancestor') }} as ancestor on coverage.territory_id = ancestor.ancestor_id
    inner join communes on ancestor.territory_id = communes.territory_id
),

spoken_of as (
    select distinct
        known.source_id,
        known.stream,
        known.attribute_code,
        known.year_number,
        covered.department_code
    from known
    inner join covered
        on known.source_id = covered.source_id and known.stream = covered.stream and known.territory_id = covered.territory_id
),

left_out as (
    select
        covered.territory_id,
        spoken_of.attribute_code,
        spoken_of.year_number,
        min(spoken_of.source_id) as source_id
    from spoken_of
    inner join covered
        on
            spoken_of.source_id = covered.source_id
            and spoken_of.stream = covered.stream
            and spoken_of.department_code = covered.department_code
    where
        (covered.territory_id, spoken_of.attribute_code, spoken_of.year_number)
        not in (select (known.territory_id, known.attribute_code, known.year_number) from known)
    group by covered.territory_id, spoken_of.attribute_code, spoken_of.year_number
),

completed as (
    select
        known.territory_id,
        known.attribute_code,
        known.year_number,
        known.value,
        known.null_reason,
        known.source_id
    from known
    inner join communes on known.territory_id = communes.territory_id

    union all by name

    select
        *,
        cast(0 as double) as value
    from left_out
)

select
    completed.*,
    attribute.attribute_kind
from completed
inner join {{ ref('territory_attributes') }} as attribute on completed.attribute_code = attribute.attribute_code
