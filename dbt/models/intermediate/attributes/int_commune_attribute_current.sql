{%- set streams = ['attributes', 'capacity', 'housing'] -%}
{%- set cell = ['territory_id', 'attribute_code', 'year_number'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=cell,
    on_schema_change='fail', meta={'affected_by': 'int_commune_attribute_affected'}
) }}
-- depends_on: {{ ref('int_commune_attribute_affected') }}
select
    seen.territory_id,
    seen.attribute_code,
    seen.year_number,
    seen.month_on,
    seen.value,
    seen.null_reason,
    seen.source_id,
    seen.stream,
    seen.vintage_at,
    seen.night_on as source_night_on
from {{ ref('int_commune_attribute_seen') }} as seen
-- A commune that no list knows has no place to count for.
inner join {{ ref('int_territory_name') }} as territory on seen.territory_id = territory.territory_id
{% if is_incremental() %}
where
    (seen.{{ cell | join(', seen.') }}) in (select ({{ cell | join(', ') }}) from {{ ref('int_commune_attribute_affected') }})
    and seen.night_on >= {{ night_floor('int_commune_attribute_current', 'int_commune_attribute_affected', cell, streams) }}
{% endif %}
qualify row_number() over (
    partition by seen.territory_id, seen.attribute_code, seen.year_number
    order by seen.source_rank asc, seen.vintage_at desc nulls last, seen.night_on desc, seen.source_id asc
) = 1
