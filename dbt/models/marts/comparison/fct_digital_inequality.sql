-- How unequal the EPCI of a territory are, over their scores on fixed goalposts: over ranks it would always be a third.
with
scores as (
    select
        territory_id,
        quarter_on,
        pillar_code,
        score,
        last_month_on,
        is_provisional
    from {{ ref('fct_maturity') }}
    where territory_id like 'epci:%'

    union all

    select
        territory_id,
        quarter_on,
        'composite' as pillar_code,
        score,
        last_month_on,
        is_provisional
    from {{ ref('fct_maturity_composite') }}
    where territory_level = 'epci'
),

members as (
    select
        bridge.ancestor_id as territory_id,
        bridge.territory_id as epci_id,
        count(*) over (partition by bridge.ancestor_id) as epci_count
    from {{ ref('bridge_territory_ancestor') }} as bridge
    where
        bridge.is_inside
        and bridge.ancestor_level in ('departement', 'region')
        and bridge.territory_id like 'epci:%'
),

ranked as (
    select
        members.territory_id,
        members.epci_count,
        scores.quarter_on,
        scores.pillar_code,
        scores.score,
        scores.last_month_on,
        scores.is_provisional,
        row_number() over (
            partition by members.territory_id, scores.quarter_on, scores.pillar_code
            order by scores.score asc nulls last, members.epci_id asc
        ) as score_rank
    from members
    inner join scores on members.epci_id = scores.territory_id
),

unequal as (
    select
        territory_id,
        quarter_on,
        pillar_code,
        count(score) as scored_epci_count,
        max(epci_count) as epci_count,
        {{ gini('score', 'score_rank') }} as gini,
        {{ theil('score') }} as theil,
        max(last_month_on) as last_month_on,
        bool_or(is_provisional) as is_provisional
    from ranked
    group by territory_id, quarter_on, pillar_code
)

select
    territory_id,
    quarter_on,
    pillar_code,
    -- Rounded: the same numbers summed in another order differ in their last digits.
    case when scored_epci_count >= {{ minimum_peers() }} then round(gini, 9) end as score_gini,
    case when scored_epci_count >= {{ minimum_peers() }} then round(theil, 9) end as score_theil,
    case
        when scored_epci_count < {{ minimum_peers() }} then 'too_few_territories'
        when gini is null then 'not_defined'
    end as null_reason,
    cast(scored_epci_count as integer) as scored_epci_count,
    cast(epci_count as integer) as epci_count,
    last_month_on,
    is_provisional
from unequal
