-- Nights against those of the year before, over months that hold the same movable feasts (dim_month.comparison_months_count).
with
calendar as (
    select
        month_on,
        comparison_months_count,
        greatest(comparison_months_count, 1) as compared_months_count
    from {{ ref('dim_month') }}
),

windows as (
    select
        ending.source_id,
        ending.territory_id,
        ending.month_on,
        calendar.comparison_months_count,
        count(within.nights_count) filter (where within.month_on > {{ add_months('ending.month_on', -12) }}) as months_count,
        count(within.nights_count) filter (where within.month_on <= {{ add_months('ending.month_on', -12) }}) as months_before_count,
        sum(within.nights_count) filter (where within.month_on > {{ add_months('ending.month_on', -12) }}) as nights_count,
        sum(within.nights_count) filter (where within.month_on <= {{ add_months('ending.month_on', -12) }}) as nights_before_count,
        min(within.null_reason) filter (where within.nights_count is null) as month_null_reason,
        bool_or(within.is_provisional) as is_provisional
    from {{ ref('kpi_input_tourism_month') }} as ending
    inner join calendar on ending.month_on = calendar.month_on
    inner join {{ ref('kpi_input_tourism_month') }} as within
        on
            ending.source_id = within.source_id
            and ending.territory_id = within.territory_id
            and (
                within.month_on between {{ add_months('ending.month_on', '1 - calendar.compared_months_count') }} and ending.month_on
                or within.month_on between {{ add_months('ending.month_on', '-11 - calendar.compared_months_count') }}
                and {{ add_months('ending.month_on', -12) }}
            )
    group by ending.source_id, ending.territory_id, ending.month_on, calendar.comparison_months_count
)

select
    source_id,
    'nights' as stream,
    territory_id,
    month_on,
    comparison_months_count,
    case
        when comparison_months_count > 0 and months_count = comparison_months_count and months_before_count = comparison_months_count
            then nights_count / nullif(nights_before_count, 0) - 1
    end as nights_change_share,
    case
        when comparison_months_count = 0 then 'calendar_not_comparable'
        when months_count = comparison_months_count and months_before_count = comparison_months_count
            then case when nights_before_count = 0 then 'not_defined' end
        else coalesce(month_null_reason, 'not_reported')
    end as null_reason,
    is_provisional
from windows
