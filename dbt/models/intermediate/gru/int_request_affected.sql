{{ config(materialized='table') }}
-- Read from the facts of the group that are replaced last, so that a run that stops half-way still finds here what it had to do.
{%- set events = as_last_built('fct_request_event') %}
{%- set statuses = as_last_built('dim_request_status') %}
-- depends_on: {{ ref('int_request_status') }}
{%- set meanings = 'select source_id, published_status, status_code, is_closed from ' %}
{%- set now, before = meanings ~ ref('int_request_status'), meanings ~ statuses %}
{%- set changed = '(' ~ now ~ ' except ' ~ before ~ ') union all (' ~ before ~ ' except ' ~ now ~ ')' %}
with
of_nights as (
    {{ affected_since(
        'fct_request_event', 'int_request_seen', ['source_id', 'request_id'], ['reports', 'requests', 'forms', 'form_events'],
        fact_day='declared_on', day='coalesce(declared_on, cast(declared_at as date))'
    ) }}
)

select
    source_id,
    request_id,
    stream,
    month_on,
    min(earliest_night_on) as earliest_night_on
from (
    select * from of_nights
    {% if events and statuses and has_rows(changed) -%}
    -- a code that means something else now
    union all
    select
        event.source_id,
        event.request_id,
        event.stream,
        {{ month_of('event.declared_on') }} as month_on,
        event.first_seen_night_on as earliest_night_on
    from {{ events }} as event
    inner join (
        select distinct
            source_id,
            published_status
        from ({{ changed }})
    ) as changed
        on event.source_id = changed.source_id and event.published_status = changed.published_status
    {%- endif %}
)
group by source_id, request_id, stream, month_on
