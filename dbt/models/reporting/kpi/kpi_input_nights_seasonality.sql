-- Gini of the nights of twelve months in a row, the last one included: 0 when all months are alike, 11/12 when one holds everything.
with
windows as (
    select
        ending.source_id,
        ending.territory_id,
        ending.month_on,
        ending.is_provisional,
        within.month_on as counted_month_on,
        within.nights_count,
        row_number() over (
            partition by ending.source_id, ending.territory_id, ending.month_on
            order by within.nights_count asc nulls last, within.month_on asc
        ) as nights_rank
    from {{ ref('kpi_input_tourism_month') }} as ending
    inner join {{ ref('kpi_input_tourism_month') }} as within
        on
            ending.source_id = within.source_id
            and ending.territory_id = within.territory_id
            and within.month_on between {{ add_months('ending.month_on', -11) }} and ending.month_on
),

measured as (
    select
        source_id,
        territory_id,
        month_on,
        bool_or(is_provisional) as is_provisional,
        count(*) as listed_months_count,
        count(nights_count) as months_count,
        {{ gini('nights_count', 'nights_rank') }} as gini
    from windows
    group by source_id, territory_id, month_on
)

select
    source_id,
    territory_id,
    month_on,
    months_count,
    case when months_count = 12 then gini end as nights_gini,
    case
        when listed_months_count < 12 then 'fewer_than_12_months'
        when months_count < 12 then 'not_reported'
        when gini is null then 'not_defined'
    end as null_reason,
    is_provisional
from measured
