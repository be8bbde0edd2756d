{%- set key = ['source_id', 'site_code', 'period_code'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_attendance_affected'}
) }}
with
newest as (
    select *
    from ({{ versions(seen='stg_attendance__visits', affected='int_attendance_affected', key=key) }})
    qualify row_number() over (partition by {{ key | join(', ') }} order by night_on desc) = 1
),

communes as (
    select * from {{ ref('dim_territory') }}
    where territory_level = 'commune' and is_current
),

departements as (
    select * from {{ ref('dim_territory') }}
    where territory_level = 'departement'
),

-- Senders that give no code write the names of the commune and of its département, in capitals and without accents.
named as (
    select
        {{ name_key('communes.territory_name') }} as commune_name,
        {{ name_key('departements.territory_name') }} as department_name,
        min(communes.territory_id) as territory_id
    from communes
    inner join departements on communes.department_code = departements.territory_code
    group by all
    having count(*) = 1
)

select
    newest.source_id,
    newest.site_code,
    newest.period_code,
    'site:' || newest.source_id || ':' || newest.site_code as place_id,
    coalesce(coded.territory_id, named.territory_id) as territory_id,
    newest.period_grain,
    newest.period_starts_on,
    {{ period_end('newest.period_starts_on', 'newest.period_grain') }} as period_ends_on,
    {{ month_of('newest.period_starts_on') }} as month_on,
    newest.paid_entries_count,
    newest.free_entries_count,
    newest.total_entries_count,
    {{ entries_null_reason('newest.total_entries_count', 'newest.note_code') }} as null_reason,
    newest.note_code,
    newest.night_on as source_night_on
from newest
left join communes as coded on newest.commune_code = coded.territory_code
left join named
    on
        newest.commune_code is null
        and {{ name_key('newest.commune_name') }} = named.commune_name
        and {{ name_key('newest.department_name') }} = named.department_name
