{{ config(materialized='table') }}
-- The days whose stock of cases changes: those on which a case was open and is not, or the reverse; those of declarations, closings and
-- reopenings that moved; and the days by which a source has been read further, for its cases that are open until further notice.
-- Empty when the fact is built whole.
{%- set events = as_last_built('fct_request_event') %}
{%- set stock = as_last_built('fct_backlog_day') %}
-- depends_on: {{ ref('int_request_affected') }} {{ ref('int_request_event') }}
-- depends_on: {{ ref('int_backlog_frontier') }}
{%- if events and stock %}
with
was as (
    select
        event.source_id,
        event.request_id,
        event.event_number,
        event.territory_id,
        event.declared_on,
        event.is_closed,
        event.is_reopening,
        event.occurred_on,
        event.in_force_from_on as from_on,
        {{ stock_until('event', 'frontier.until_before_on') }} as until_on
    from {{ events }} as event
    left join {{ ref('int_backlog_frontier') }} as frontier on event.source_id = frontier.source_id
    where
        (event.source_id, event.request_id) in (select (source_id, request_id) from {{ ref('int_request_affected') }})
        and event.declared_on >= {{ literal_floor(ref('int_request_affected'), 'month_on', when=true) }}
),

is_now as (
    select
        event.source_id,
        event.request_id,
        event.event_number,
        event.territory_id,
        event.declared_on,
        event.is_closed,
        event.is_reopening,
        event.occurred_on,
        event.in_force_from_on as from_on,
        {{ stock_until('event', 'frontier.until_on') }} as until_on
    from {{ ref('int_request_event') }} as event
    left join {{ ref('int_backlog_frontier') }} as frontier on event.source_id = frontier.source_id
),

-- A row that only moved touches the days between its old and its new ends.
moved as (
    select
        is_now.source_id,
        is_now.territory_id,
        was.from_on as from_before_on,
        is_now.from_on,
        was.until_on as until_before_on,
        is_now.until_on
    from was
    inner join is_now
        on was.source_id = is_now.source_id and was.request_id = is_now.request_id and was.event_number = is_now.event_number
    where {{ same_stock_row('was', 'is_now') }} and (was.from_on <> is_now.from_on or was.until_on <> is_now.until_on)
),

-- Any other touches all the days of both.
replaced as (
    select * from was
    where not exists (
        select 1 from is_now
        where
            was.source_id = is_now.source_id and was.request_id = is_now.request_id and was.event_number = is_now.event_number
            and {{ same_stock_row('was', 'is_now') }}
    )
    union all
    select * from is_now
    where not exists (
        select 1 from was
        where
            was.source_id = is_now.source_id and was.request_id = is_now.request_id and was.event_number = is_now.event_number
            and {{ same_stock_row('was', 'is_now') }}
    )
),

ranges as (
    select
        source_id,
        territory_id,
        least(from_before_on, from_on) as from_on,
        greatest(from_before_on, from_on) + 1 as until_on
    from moved
    union all
    select
        source_id,
        territory_id,
        least(until_before_on, until_on) as from_on,
        greatest(until_before_on, until_on) as until_on
    from moved
    union all
    select
        source_id,
        territory_id,
        from_on,
        greatest(until_on, from_on + 1) as until_on
    from replaced
    union all
    select
        source_id,
        territory_id,
        declared_on as from_on,
        declared_on + 1 as until_on
    from replaced
    union all
    -- wherever there were cases on the last day that was counted whole, or have been since
    select distinct
        stock.source_id,
        stock.territory_id,
        least(frontier.until_before_on, frontier.until_on) as from_on,
        frontier.furthest_on as until_on
    from {{ stock }} as stock
    inner join {{ ref('int_backlog_frontier') }} as frontier
        on
            stock.source_id = frontier.source_id
            and frontier.is_changes_only
            and stock.day_on >= least(frontier.until_before_on, frontier.until_on) - 1
    union all
    -- and wherever there were any while nobody knew, or knows, what was open
    select distinct
        stock.source_id,
        stock.territory_id,
        least(frontier.stock_known_from_on, frontier.stock_known_before_from_on) as from_on,
        greatest(frontier.stock_known_from_on, frontier.stock_known_before_from_on) as until_on
    from {{ stock }} as stock
    inner join {{ ref('int_backlog_frontier') }} as frontier
        on stock.source_id = frontier.source_id and frontier.stock_known_from_on <> frontier.stock_known_before_from_on
    {{ left_unfinished(['source_id', 'territory_id', 'day_on', 'day_on + 1']) }}
)

select distinct
    source_id,
    territory_id,
    {{ each_day('from_on', 'until_on') }} as day_on
from ranges
where territory_id is not null and from_on < until_on
{%- else %}
select
    source_id,
    territory_id,
    declared_on as day_on
from {{ ref('int_request_event') }}
where false
{%- endif %}
