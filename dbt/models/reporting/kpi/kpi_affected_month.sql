{{ config(materialized='table') }}
-- Months to be judged again by this run: measured again, completed otherwise than when they were judged (a night read a silent month, a
-- later night brought another), or all of them when a territory has other neighbours.
{%- set judged = as_last_built('kpi_judged') %}
{%- set as_completed = ['kpi_id', 'territory_id', 'month_on', 'audience', 'channel_code', 'source_streams', 'origin_code'] | join(', ') %}
-- depends_on: {{ ref('kpi_completed') }} {{ ref('kpi_touched_month') }}
-- depends_on: {{ ref('bridge_territory_peer') }} {{ source('lake', 'touched_month') }}
{% if judged -%}
with
completed as (
    select {{ as_completed }}
    from {{ ref('kpi_completed') }}
),

judged as (
    select {{ as_completed }}
    from {{ judged }}
),

changed as (
    (
        select * from completed
        except
        select * from judged
    )
    union all
    (
        select * from judged
        except
        select * from completed
    )
)

select
    kpi_id,
    month_on
from {{ ref('kpi_touched_month') }}
{{ left_unfinished(['kpi_id', 'month_on']) }}
union
select
    kpi_id,
    month_on
from changed
union
select
    kpi_id,
    month_on
from judged
where exists (select 1 from {{ source('lake', 'touched_month') }} as touched where touched.fact_name = 'bridge_territory_peer')
{%- else -%}
select
    kpi_id,
    month_on
from {{ ref('kpi_touched_month') }}
where false
{%- endif %}
