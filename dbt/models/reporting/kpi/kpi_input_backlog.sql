-- A stock: the last day of each month that the source shows.
with
last_days as (
    select
        source_id,
        month_on,
        max(day_on) as day_on
    from {{ ref('fct_backlog_day') }}
    group by source_id, month_on
)

select
    backlog.source_id,
    backlog.stream,
    backlog.territory_id,
    backlog.month_on,
    backlog.open_count,
    backlog.open_31_90_days_count + backlog.open_over_90_days_count as open_over_30_days_count,
    case when backlog.open_count = 0 then 'not_defined' end as null_reason,
    false as is_provisional
from {{ ref('fct_backlog_day') }} as backlog
inner join last_days
    on
        backlog.source_id = last_days.source_id
        and backlog.month_on = last_days.month_on
        and backlog.day_on = last_days.day_on
