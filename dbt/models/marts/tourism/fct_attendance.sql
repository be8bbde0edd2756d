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
)

select
    newest.source_id,
    newest.site_code,
    newest.period_code,
    {{ site_place_id('newest.source_id', 'newest.site_code') }} as place_id,
    coalesce({{ commune_on('coded', 'newest.period_starts_on') }}, named.territory_id) as territory_id,
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
left join {{ ref('dim_territory') }} as coded
    on newest.commune_code = coded.territory_code and coded.territory_level = 'commune'
-- Senders that give no code write the names of the commune and of its département, in capitals and without accents.
left join {{ ref('int_commune_name') }} as named
    on
        case when newest.commune_code is null then {{ commune_key('newest.commune_name') }} end = named.commune_name_key
        and {{ name_key('newest.department_name') }} = named.department_key
