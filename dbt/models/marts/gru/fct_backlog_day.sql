{%- set key = ['source_id', 'territory_id', 'day_on'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_backlog_affected', 'bounded_by': {'day_on': 'day_on'}}
) }}
{%- set events = as_last_built('fct_request_event') %}
{%- set is_partial = is_incremental() and events %}
{%- set of_course = [
    'source_id', 'stream', 'territory_id', 'event_number', 'declared_on', 'is_closed', 'previous_status_code', 'is_reopening', 'occurred_on',
    'in_force_from_on', 'in_force_until_on'
] | join(', ') %}
-- depends_on: {{ ref('int_request_affected') }} {{ ref('int_backlog_affected') }} {{ ref('int_request_open') }}
with
-- The course of all cases as this run leaves it: fct_request_event is replaced after this.
course as (
    select {{ of_course }}
    from {{ ref('int_request_event') }}
    {% if is_partial -%}
    {%- set floor = literal_floor(ref('int_backlog_affected'), 'day_on') %}
    {%- set is_other = '(source_id, request_id) not in (select (source_id, request_id) from ' ~ ref('int_request_affected') ~ ')' %}
    {%- set shown = '(select day_on - shown_days as declared_on from ' ~ ref('int_backlog_affected') ~ ' inner join '
        ~ ref('int_request_frontier') ~ ' using (source_id))' %}
    -- nothing of a row counts for days before it is in force
    union all
    select {{ of_course }}
    from {{ events }}
    where in_force_from_on >= {{ floor }} and {{ is_other }}
    -- or after an open one ends,
    union all
    select {{ of_course }}
    from {{ events }}
    where in_force_until_on >= {{ floor }} and in_force_from_on < {{ floor }} and is_closed is distinct from true and {{ is_other }}
    -- is shown no more,
    union all
    select {{ of_course }}
    from {{ events }}
    where
        declared_on >= {{ literal_floor(shown, 'declared_on') }}
        and in_force_until_on is null
        and in_force_from_on < {{ floor }}
        and is_closed is distinct from true
        and source_id in (select source_id from {{ ref('int_request_frontier') }} where not is_changes_only)
        and {{ is_other }}
    -- or, of those that are open until further notice (kept by themselves), has been read to.
    union all
    select {{ of_course }}
    from {{ ref('int_request_open') }}
    where in_force_from_on < {{ floor }} and {{ is_other }}
    {%- endif %}
),

located as (
    select
        course.*,
        {{ stock_until('course', 'frontier.last_night_on + 1') }} as until_on,
        course.declared_on + frontier.shown_days as shown_until_on
    from course
    inner join {{ ref('int_request_frontier') }} as frontier on course.source_id = frontier.source_id
    where course.territory_id is not null
),

open_on as (
    {% if is_partial -%}
    select
        located.source_id,
        located.stream,
        located.territory_id,
        affected.day_on,
        located.declared_on,
        located.is_closed
    from {{ ref('int_backlog_affected') }} as affected
    inner join located
        on
            affected.source_id = located.source_id
            and affected.territory_id = located.territory_id
            and affected.day_on >= located.in_force_from_on
            and affected.day_on < located.until_on
    where located.is_closed is distinct from true
    {%- else -%}
    select
        source_id,
        stream,
        territory_id,
        {{ each_day('in_force_from_on', 'until_on') }} as day_on,
        declared_on,
        is_closed
    from located
    where is_closed is distinct from true and in_force_from_on < until_on
    {%- endif %}
),

counted as (
    select
        source_id,
        stream,
        territory_id,
        day_on,
        case when is_closed is null then 'status_unknown' else 'open' end as kind,
        {{ dbt.datediff('declared_on', 'day_on', 'day') }} as age_days
    from open_on
    -- a closing whose day is not known leaves the stock, and is no closing of that day
    {%- set is_closing = "is_closed and previous_status_code is distinct from 'closed' and occurred_on is not null"
        ~ ' and (shown_until_on is null or in_force_from_on <= shown_until_on)' %}
    {%- for kind, day_on, condition in [
        ('opened', 'declared_on', 'event_number = 0'),
        ('reopened', 'in_force_from_on', 'is_reopening'),
        ('closed', 'in_force_from_on', is_closing),
    ] %}
    union all
    select
        source_id,
        stream,
        territory_id,
        {{ day_on }} as day_on,
        '{{ kind }}' as kind,
        null as age_days
    from located
    where {{ condition }}
    {%- endfor %}
)

{%- set unknown_reason = "case when not frontier.is_status_reported then 'not_reported'"
    ~ " when frontier.stock_known_from_on > counted.day_on then 'not_observed' end" %}

select
    counted.source_id,
    counted.stream,
    counted.territory_id,
    counted.day_on,
    {{ month_of('counted.day_on') }} as month_on,
    count(*) filter (where counted.kind = 'opened') as opened_count,
    {% for kind in ['reopened', 'closed'] -%}
    case when frontier.is_status_reported then count(*) filter (where counted.kind = '{{ kind }}') end as {{ kind }}_count,
    {% endfor -%}
    {% for age, days in [
        ('', '0 and 1000000'), ('_0_7_days', '0 and 7'), ('_8_30_days', '8 and 30'), ('_31_90_days', '31 and 90'), ('_over_90_days', '91 and 1000000')
    ] -%}
    case when {{ unknown_reason }} is null
        then count(*) filter (where counted.kind = 'open' and counted.age_days between {{ days }})
    end as open{{ age }}_count,
    {% endfor -%}
    case when {{ unknown_reason }} is null then count(*) filter (where counted.kind = 'status_unknown') end as status_unknown_count,
    {{ unknown_reason }} as open_null_reason
from counted
inner join {{ ref('int_request_frontier') }} as frontier on counted.source_id = frontier.source_id
{% if is_partial -%}
where (counted.{{ key | join(', counted.') }}) in (select ({{ key | join(', ') }}) from {{ ref('int_backlog_affected') }})
{% endif -%}
group by
    counted.source_id, counted.stream, counted.territory_id, counted.day_on, frontier.is_status_reported, frontier.stock_known_from_on
