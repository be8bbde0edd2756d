{{ config(materialized='table') }}
-- Whole attribute-years of dim_territory_attribute: what a territory knows of a year depends on all its communes, and what
-- a register leaves out on the whole of it.
{%- if as_last_built('dim_territory_attribute') %}
select distinct
    attribute_code,
    year_number
from {{ ref('int_commune_attribute_affected') }}
union
select
    registered.attribute_code,
    cast(year(night_on) as integer) as year_number
from {{ source('lake', 'pending_file') }}
cross join (values ('classified_establishments'), ('classified_beds')) as registered (attribute_code)
where stream = 'establishments'
{%- else %}
select
    attribute_code,
    year_number
from {{ ref('int_commune_attribute_affected') }}
where false
{%- endif %}
