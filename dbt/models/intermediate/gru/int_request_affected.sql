{{ config(materialized='table') }}
{%- set fact = as_last_built('fct_request') %}
-- depends_on: {{ ref('stg_opendatasoft__reports') }} {{ source('lake', 'pending_file') }} {{ ref('source_stream') }}
{%- if fact %}
with
affected as (
    select
        source_id,
        request_id,
        declared_on
    from {{ ref('stg_opendatasoft__reports') }}
    where night_on in {{ pending_nights(['reports']) }}
    union
    select
        source_id,
        request_id,
        declared_on
    from {{ fact }}
    where
        source_night_on in {{ pending_nights(['reports']) }}
        or last_seen_night_on in {{ pending_nights(['reports']) }}
)

select
    affected.source_id,
    affected.request_id,
    -- No night shows a report before it is declared; a window's margin for a declaration date that was restated.
    min(affected.declared_on) - cast(max(contract.re_read_days) as integer) as earliest_night_on
from affected
inner join {{ ref('source_stream') }} as contract
    on affected.source_id = contract.source_id and contract.stream = 'reports'
group by affected.source_id, affected.request_id
{%- else %}
select
    source_id,
    request_id,
    declared_on as earliest_night_on
from {{ ref('stg_opendatasoft__reports') }}
where false
{%- endif %}
