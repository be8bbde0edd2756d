{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['kpi_id', 'month_on'],
    on_schema_change='fail', meta={'affected_by': 'kpi_touched_month'}
) }}
-- What the catalogue's expressions give, before anything is judged: see macros/kpi/kpi_rows.sql.
-- depends_on: {{ ref('kpi_touched_month') }}
select
    {{ kpi_measured_columns() }}
from {{ kpi_staged(kpi_entries_measured('in part')) }}
union all
select
    {{ kpi_measured_columns() }}
from {{ ref('kpi_measured_whole') }}
{% if is_incremental() -%}
where (kpi_id, month_on) in (select (touched.kpi_id, touched.month_on) from {{ ref('kpi_touched_month') }} as touched)
{%- endif %}
