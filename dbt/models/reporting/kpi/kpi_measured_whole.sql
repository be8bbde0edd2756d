{{ config(materialized='table') }}
-- What the catalogue's expressions give for the KPIs whose input does not tell which months a run moves: a stock of which a later night
-- fills the gaps, a composite of quarters, attributes of territories. Few rows each.
{%- for entry in kpi_entries() %}
-- depends_on: {{ ref(entry.compute['from']) }}
{%- endfor %}
select
    {{ kpi_measured_columns() }}
from {{ kpi_staged(kpi_entries_measured('whole')) }}
