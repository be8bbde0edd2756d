-- The figures of a quarter, shown in each of its months that has begun to be observed.
with
months as (
    select distinct month_on
    from {{ ref('dim_date') }}
)

select
    unequal.territory_id,
    months.month_on,
    max(unequal.score_gini) filter (where unequal.pillar_code = 'composite') as maturity_gini,
    max(unequal.score_theil) filter (where unequal.pillar_code = 'composite') as maturity_theil,
    max(unequal.scored_epci_count) filter (where unequal.pillar_code = 'composite') as scored_epci_count,
    max(unequal.score_gini) filter (where unequal.pillar_code = 'digital_service') as digital_service_gini,
    max(unequal.null_reason) filter (where unequal.pillar_code = 'digital_service') as digital_service_null_reason,
    max(unequal.scored_epci_count) filter (where unequal.pillar_code = 'digital_service') as digital_service_epci_count,
    max(unequal.epci_count) as epci_count,
    max(unequal.null_reason) filter (where unequal.pillar_code = 'composite') as null_reason,
    bool_or(unequal.is_provisional) as is_provisional
from {{ ref('fct_digital_inequality') }} as unequal
inner join months on months.month_on between unequal.quarter_on and unequal.last_month_on
group by unequal.territory_id, months.month_on
