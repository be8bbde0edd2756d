{{ config(meta={'recompute': 'all'}) }}
{%- set is_none_known = '(backlog.open_count = 0 and backlog.status_unknown_count > 0)' %}
{%- set is_older_known = '(' ~ dbt.datediff('last_days.first_day_on', 'last_days.day_on', 'day') ~ ' > 30)' %}
-- A stock: the last day of each month that the source shows. What it had before its own first day is not in it: for thirty days nobody
-- knows what is older.
with
last_days as (
    select
        source_id,
        month_on,
        max(day_on) as day_on,
        min(min(day_on)) over (partition by source_id) as first_day_on
    from {{ ref('fct_backlog_day') }}
    group by source_id, month_on
)

select
    backlog.source_id,
    backlog.stream,
    backlog.territory_id,
    backlog.month_on,
    case when not {{ is_none_known }} then backlog.open_count end as open_count,
    backlog.open_count + backlog.status_unknown_count as open_or_unknown_count,
    case when {{ is_older_known }} then backlog.open_31_90_days_count + backlog.open_over_90_days_count end as open_over_30_days_count,
    case when {{ is_older_known }} then backlog.open_count end as open_of_known_age_count,
    case
        when backlog.open_null_reason is not null then backlog.open_null_reason
        when {{ is_none_known }} then 'status_not_mapped'
        when not {{ is_older_known }} then 'not_observed'
        when backlog.open_count = 0 then 'not_defined'
    end as null_reason,
    false as is_provisional
from {{ ref('fct_backlog_day') }} as backlog
inner join last_days
    on
        backlog.source_id = last_days.source_id
        and backlog.month_on = last_days.month_on
        and backlog.day_on = last_days.day_on
-- a stock that is never told says so; of one that is, the months before it is known are not there
where backlog.open_null_reason is distinct from 'not_observed'
