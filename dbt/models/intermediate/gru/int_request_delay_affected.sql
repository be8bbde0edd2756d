{{ config(materialized='table') }}
-- Cases whose delay is to be computed again: the affected ones, and those that go on waiting in a source that a pending night read further.
{%- set delays = as_last_built('fct_request_delay') %}
-- depends_on: {{ source('lake', 'pending_file') }}
select
    source_id,
    request_id,
    month_on
from {{ ref('int_request_affected') }}
{% if delays -%}
union
select
    source_id,
    request_id,
    month_on
from {{ delays }}
where
    not is_settled
    and is_changes_only
    and source_id in (select source_id from {{ source('lake', 'pending_file') }} where stream = 'forms')
{%- endif %}
