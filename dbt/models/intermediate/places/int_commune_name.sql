-- Communes by the name that people write, within a département: by its code, or by its own name as it is written.
with
communes as (
    select
        department_code,
        {{ name_key('commune_name') }} as commune_name_key,
        min(commune_code) as commune_code
    from {{ ref('communes') }}
    group by department_code, {{ name_key('commune_name') }}
    having count(*) = 1
),

department_names as (
    select
        department_code,
        {{ name_key('department_name') }} as department_name_key
    from {{ ref('departements') }}
    union
    select
        department_code,
        {{ name_key('published_name') }} as department_name_key
    from {{ ref('department_alias_map') }}
)

select
    'commune:' || communes.commune_code as territory_id,
    communes.commune_name_key,
    communes.department_code as department_key
from communes
union all
select
    'commune:' || communes.commune_code as territory_id,
    communes.commune_name_key,
    department_names.department_name_key as department_key
from communes
inner join department_names on communes.department_code = department_names.department_code
