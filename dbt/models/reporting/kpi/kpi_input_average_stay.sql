-- Nights and arrivals come from two tables of Eurostat: each counts only for the months that the other knows too.
with
nights as (
    select
        source_id,
        stream,
        territory_id,
        month_on,
        nights_count,
        null_reason,
        is_provisional
    from {{ ref('kpi_input_tourism_month') }}
),

arrivals as (
    select *
    from {{ ref('kpi_input_tourism_arrivals') }}
)

select
    nights.source_id,
    nights.stream,
    nights.territory_id,
    nights.month_on,
    case when arrivals.arrivals_count is not null then nights.nights_count end as stay_nights_count,
    cast(null as double) as stay_arrivals_count,
    case when nights.nights_count is null then nights.null_reason end as null_reason,
    nights.is_provisional
from nights
inner join arrivals on nights.territory_id = arrivals.territory_id and nights.month_on = arrivals.month_on
union all
select
    arrivals.source_id,
    arrivals.stream,
    arrivals.territory_id,
    arrivals.month_on,
    cast(null as double) as stay_nights_count,
    case when nights.nights_count is not null then arrivals.arrivals_count end as stay_arrivals_count,
    arrivals.null_reason,
    arrivals.is_provisional
from arrivals
inner join nights on arrivals.territory_id = nights.territory_id and arrivals.month_on = nights.month_on
