-- The nights of twelve months in a row, the last one included. Gini: 0 when all months are alike, 11/12 when one holds everything.
with
windows as (
    select
        ending.source_id,
        ending.territory_id,
        ending.month_on,
        within.month_on as counted_month_on,
        within.nights_count,
        within.null_reason,
        within.is_provisional,
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
        min(null_reason) filter (where nights_count is null) as month_null_reason,
        {{ gini('nights_count', 'nights_rank') }} as gini,
        sum(nights_count) as year_nights_count,
        sum(nights_count) filter (where extract(month from counted_month_on) in (7, 8)) as summer_nights_count
    from windows
    group by source_id, territory_id, month_on
)

select
    measured.source_id,
    'nights' as stream,
    measured.territory_id,
    measured.month_on,
    measured.months_count,
    case when measured.months_count = 12 then measured.gini end as nights_gini,
    case when measured.months_count = 12 then measured.summer_nights_count / nullif(measured.year_nights_count, 0) end
        as summer_nights_share,
    case when measured.months_count = 12 then measured.year_nights_count / nullif(territory.population, 0) end
        as nights_per_inhabitant,
    case
        when measured.listed_months_count < 12 then 'fewer_than_12_months'
        when measured.months_count < 12 then measured.month_null_reason
        when measured.gini is null then 'not_defined'
        when territory.population is null then 'not_reported'
    end as null_reason,
    measured.is_provisional
from measured
inner join {{ ref('dim_territory') }} as territory on measured.territory_id = territory.territory_id
