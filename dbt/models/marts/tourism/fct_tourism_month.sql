{%- set cell = ['source_id', 'geo_code', 'month_on', 'accommodation_code', 'origin_country_group'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=cell,
    on_schema_change='fail', meta={'affected_by': 'int_tourism_affected'}
) }}
-- depends_on: {{ ref('int_tourism_affected') }}
with
vintages as (
    select *
    from {{ ref('int_tourism_cell') }}
    {% if is_incremental() %}
    where ({{ cell | join(', ') }}) in (select ({{ cell | join(', ') }}) from {{ ref('int_tourism_affected') }})
    {% endif %}
    qualify row_number() over (partition by {{ cell | join(', ') }}, vintage_at order by night_on desc) = 1
)

select
    vintages.source_id,
    vintages.geo_code,
    territory.territory_id,
    vintages.month_on,
    vintages.accommodation_code,
    vintages.origin_country_group,
    vintages.vintage_at,
    {{ local_day('vintages.vintage_at') }} as vintage_on,
    row_number() over (
        partition by vintages.source_id, vintages.geo_code, vintages.month_on, vintages.accommodation_code,
            vintages.origin_country_group
        order by vintages.vintage_at desc nulls last
    ) = 1 as is_current_vintage,
    vintages.nights_count,
    {{ nights_null_reason('vintages.nights_count', 'vintages.obs_flag') }} as null_reason,
    vintages.obs_flag,
    {{ is_provisional_flag('vintages.obs_flag') }} as is_provisional,
    vintages.night_on as source_night_on
from vintages
left join {{ ref('dim_territory') }} as territory
    on
        vintages.geo_code = territory.territory_code
        and territory.territory_level in ('country', 'aggregate', 'nuts1', 'nuts2', 'nuts3')
