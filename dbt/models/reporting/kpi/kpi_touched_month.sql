{{ config(materialized='table') }}
-- After every fact and every KPI input: what they touched is known then. An input that tells which months a run moves gives those of its
-- facts; of the others, the months that are measured otherwise than before.
{%- set measured = as_last_built('kpi_measured') %}
{%- for entry in kpi_entries() %}
-- depends_on: {{ ref(entry.compute['from']) }}
{%- endfor %}
-- depends_on: {{ ref('kpi_measured_whole') }} {{ source('lake', 'touched_month') }}
{% if measured -%}
with
before as (
    select *
    from {{ measured }}
    where
        kpi_id in (
            {%- for entry in kpi_entries_measured('whole') %}
            '{{ entry.kpi_id }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
),

measured_otherwise as (
    (
        select * from {{ ref('kpi_measured_whole') }}
        except
        select * from before
    )
    union all
    (
        select * from before
        except
        select * from {{ ref('kpi_measured_whole') }}
    )
)

select
    kpi_id,
    month_on
from measured_otherwise
{{ left_unfinished(['kpi_id', 'month_on']) }}
{%- for entry in kpi_entries_measured('in part') %}
union
select
    '{{ entry.kpi_id }}' as kpi_id,
    {{ add_months('touched.month_on', 'ahead.months') }} as month_on
from {{ source('lake', 'touched_month') }} as touched
cross join {{ number_series(0, entry.compute.window_months - 1, 'months') }} as ahead
where touched.fact_name in ('{{ kpi_facts(entry.compute['from']) | join("', '") }}')
{%- endfor %}
{%- else %}
select
    kpi_id,
    month_on
from {{ ref('kpi_measured_whole') }}
where false
{%- endif %}
