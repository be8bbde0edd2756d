{{ config(materialized='table') }}
-- After every fact and every KPI input: what they touched is known then.
{%- set measured = as_last_built('kpi_measured') %}
{%- for entry in kpi_entries() %}
-- depends_on: {{ ref(entry.compute['from']) }}
{%- endfor %}
{%- for entry in kpi_entries() if measured %}
{%- set facts = kpi_facts(entry.compute['from']) %}
{{ 'union all' if not loop.first }}
{% if facts is none -%}
select distinct
    kpi_id,
    month_on
from {{ measured }}
where kpi_id = '{{ entry.kpi_id }}'
{%- else -%}
select distinct
    '{{ entry.kpi_id }}' as kpi_id,
    cast(touched.month_on + to_months(ahead.months) as date) as month_on
from {{ source('lake', 'touched_month') }} as touched
cross join generate_series(0, {{ entry.compute.window_months - 1 }}) as ahead (months)
where touched.fact_name in ('{{ facts | join("', '") }}')
{%- endif %}
{%- else %}
select
    cast(null as varchar) as kpi_id,
    cast(null as date) as month_on
where false
{%- endfor %}
