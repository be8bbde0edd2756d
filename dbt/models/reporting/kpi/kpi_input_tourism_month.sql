-- Eurostat's nights in the whole of tourist accommodation, current vintage, at the level they are published for and at those of the same
-- area (Eurostat's FRH0 is the région Bretagne). Never summed up the levels: the figure of France already holds Bretagne's.
with
pivoted as (
    select
        source_id,
        stream,
        territory_id,
        month_on,
        max(nights_count) filter (where origin_country_group = 'all') as nights_count,
        max(nights_count) filter (where origin_country_group = 'foreign') as foreign_nights_count,
        max(nights_null_reason) filter (where origin_country_group = 'all') as nights_null_reason,
        max(nights_null_reason) filter (where origin_country_group = 'foreign') as foreign_null_reason,
        bool_or(is_provisional) as is_provisional
    from {{ ref('fct_tourism_month') }}
    where stream = 'nights' and is_current_vintage and accommodation_code = 'I551-I553' and territory_id is not null
    group by source_id, stream, territory_id, month_on
)

select
    pivoted.source_id,
    pivoted.stream,
    bridge.ancestor_id as territory_id,
    pivoted.month_on,
    pivoted.nights_count,
    case when pivoted.nights_count is not null then month.days_count end as counted_days_count,
    case when pivoted.foreign_nights_count is not null then pivoted.nights_count end as split_nights_count,
    case when pivoted.nights_count is not null then pivoted.foreign_nights_count end as split_foreign_nights_count,
    coalesce(pivoted.nights_null_reason, pivoted.foreign_null_reason) as null_reason,
    pivoted.is_provisional
from pivoted
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on pivoted.territory_id = bridge.territory_id and bridge.is_same_area
inner join {{ ref('dim_month') }} as month on pivoted.month_on = month.month_on
