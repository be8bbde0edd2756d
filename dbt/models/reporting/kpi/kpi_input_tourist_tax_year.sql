-- Nights declared for twelve months in a row, lumps included where they lie wholly inside: with platforms that pay by half-year, in June
-- and in December only.
with
lines as (
    select
        fact.source_id,
        bridge.ancestor_id as territory_id,
        fact.stay_month_on,
        fact.stay_through_month_on,
        fact.month_on,
        fact.taxed_nights_count + fact.exempt_nights_count as tax_nights_count,
        fact.declarants_count
    from {{ ref('fct_tourist_tax') }} as fact
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on fact.territory_id = bridge.territory_id and bridge.is_inside
),

declared as (
    select
        source_id,
        territory_id,
        month_on,
        {{ sum_bigint('declarants_count') }} as declarants_count
    from lines
    group by source_id, territory_id, month_on
),

-- The same hosts declare month after month: they are as many as in the month that had most of them, at least.
months as (
    select
        source_id,
        territory_id,
        month_on,
        max(declarants_count) over (
            partition by source_id, territory_id
            order by month_on range between interval 11 months preceding and current row
        ) as declarants_count
    from declared
),

measured as (
    select
        months.source_id,
        months.territory_id,
        months.month_on,
        count(distinct lines.month_on) filter (where lines.stay_month_on = lines.stay_through_month_on) as months_count,
        sum(lines.tax_nights_count) as year_tax_nights_count,
        max(months.declarants_count) as declarants_count,
        count(lines.tax_nights_count) / cast(count(*) as double) as known_share,
        count(*) filter (where lines.stay_through_month_on > months.month_on) as lines_after_count,
        count(*) filter (where lines.stay_month_on < {{ add_months('months.month_on', -11) }}) as lines_before_count
    from months
    inner join lines
        on
            months.source_id = lines.source_id
            and months.territory_id = lines.territory_id
            and months.month_on >= lines.stay_month_on
            and {{ add_months('months.month_on', -11) }} <= lines.stay_through_month_on
    group by months.source_id, months.territory_id, months.month_on
)

select
    source_id,
    'stays' as stream,
    territory_id,
    month_on,
    case when months_count = 12 and lines_after_count = 0 and lines_before_count = 0 then cast(year_tax_nights_count as double) end
        as year_tax_nights_count,
    declarants_count,
    known_share,
    case
        when months_count < 12 then 'fewer_than_12_months'
        when lines_after_count > 0 or lines_before_count > 0 then 'not_defined'
        when year_tax_nights_count is null then 'withheld'
    end as null_reason,
    false as is_provisional
from measured
