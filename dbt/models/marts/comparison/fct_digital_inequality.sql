-- How unequal the EPCI of a territory are, over their scores on fixed goalposts (over ranks it would always be a third), and how many of all its
-- communes nothing was heard of.
with
quarters as (
    select
        quarter_on,
        max(last_month_on) as last_month_on,
        bool_or(is_provisional) as is_provisional
    from {{ ref('fct_maturity_composite') }}
    group by quarter_on
),

members as (
    select
        bridge.ancestor_id as territory_id,
        bridge.territory_id as member_id,
        member.territory_level as member_level
    from {{ ref('bridge_territory_ancestor') }} as bridge
    inner join {{ ref('dim_territory') }} as member on bridge.territory_id = member.territory_id and member.is_current
    inner join {{ ref('dim_territory') }} as territory on bridge.ancestor_id = territory.territory_id
    where
        bridge.is_inside
        and (
            (member.territory_level = 'epci' and territory.territory_level in ('departement', 'region'))
            or (member.territory_level = 'commune' and territory.territory_level in ('epci', 'departement', 'region'))
        )
),

scores as (
    select
        members.territory_id,
        composite.quarter_on,
        composite.score,
        row_number() over (
            partition by members.territory_id, composite.quarter_on
            order by composite.score asc nulls last, members.member_id asc
        ) as score_rank
    from members
    inner join {{ ref('fct_maturity_composite') }} as composite on members.member_id = composite.territory_id
    where members.member_level = 'epci'
),

unequal as (
    select
        territory_id,
        quarter_on,
        count(score) as scored_count,
        round({{ gini('score', 'score_rank') }}, 9) as gini,
        round({{ theil('score') }}, 9) as theil
    from scores
    group by territory_id, quarter_on
),

heard as (
    select
        members.territory_id,
        cast(date_trunc('quarter', month.month_on) as date) as quarter_on,
        count(distinct members.member_id) as heard_communes_count
    from members
    inner join {{ ref('fct_maturity_month') }} as month
        on members.member_id = month.territory_id and month.indicator_code = 'utterances' and month.numerator > 0
    where members.member_level = 'commune'
    group by members.territory_id, date_trunc('quarter', month.month_on)
),

-- All territories of the régions where anything was observed: one of which nothing was heard is all silent, not absent.
sizes as (
    select
        members.territory_id,
        count(*) filter (where member_level = 'epci') as epci_count,
        count(*) filter (where member_level = 'commune') as communes_count
    from members
    inner join {{ ref('dim_territory') }} as territory on members.territory_id = territory.territory_id
    where 'region:' || territory.region_code in (select month.territory_id from {{ ref('fct_maturity_month') }} as month)
    group by members.territory_id
)

select
    sizes.territory_id,
    quarters.quarter_on,
    case when unequal.scored_count >= {{ minimum_peers() }} then unequal.gini end as score_gini,
    case when unequal.scored_count >= {{ minimum_peers() }} then unequal.theil end as score_theil,
    case
        when sizes.epci_count = 0 then 'not_defined'
        when coalesce(unequal.scored_count < {{ minimum_peers() }}, true) then 'too_few_territories'
        when unequal.gini is null then 'not_defined'
    end as inequality_null_reason,
    cast(unequal.scored_count as integer) as scored_epci_count,
    cast(sizes.epci_count as integer) as epci_count,
    cast(sizes.communes_count - case when heard.territory_id is null then 0 else heard.heard_communes_count end as integer)
        as silent_communes_count,
    cast(sizes.communes_count as integer) as communes_count,
    quarters.last_month_on,
    quarters.is_provisional
from sizes
cross join quarters
left join heard on sizes.territory_id = heard.territory_id and quarters.quarter_on = heard.quarter_on
left join unequal on sizes.territory_id = unequal.territory_id and quarters.quarter_on = unequal.quarter_on
