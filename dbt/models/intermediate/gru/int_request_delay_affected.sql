{{ config(materialized='table') }}
-- Cases whose delay is to be computed again: the affected ones; and, where a source has been read further or less far, those that went on
-- waiting after the nearer of the two ends.
{%- set delays = as_last_built('fct_request_delay') %}
-- depends_on: {{ ref('int_backlog_frontier') }}
select
    source_id,
    request_id,
    month_on
from {{ ref('int_request_affected') }}
{% if delays -%}
{%- set moved = '(select source_id, least(until_before_on, until_on) as until_on from ' ~ ref('int_backlog_frontier')
    ~ ' where is_changes_only and until_before_on <> until_on)' -%}
{{ left_unfinished(['source_id', 'request_id', 'month_on']) }}
union
select
    delay.source_id,
    delay.request_id,
    delay.month_on
from {{ delays }} as delay
inner join {{ moved }} as moved on delay.source_id = moved.source_id and delay.settles_on >= moved.until_on
where delay.settles_on >= {{ literal_floor(moved, 'until_on', when=true) }}
{%- endif %}
