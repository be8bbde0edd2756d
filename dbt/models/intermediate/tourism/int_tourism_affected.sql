{{ config(materialized='table') }}
{%- set fact = as_last_built('fct_tourism_month') %}
{%- set key = 'source_id, geo_code, month_on, accommodation_code, origin_country_group' %}
-- depends_on: {{ ref('int_tourism_cell') }} {{ source('lake', 'pending_file') }}
{%- if fact %}
select distinct {{ key }}
from {{ ref('int_tourism_cell') }}
where night_on in {{ pending_nights(['nights']) }}
union
select distinct {{ key }}
from {{ fact }}
where source_night_on in {{ pending_nights(['nights']) }}
{%- else %}
select {{ key }}
from {{ ref('int_tourism_cell') }}
where false
{%- endif %}
