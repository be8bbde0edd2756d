-- Of all communes of a territory, watched or not, those that nothing was heard of in the quarter.
with
heard as (
    select distinct
        territory_id as commune_id,
        cast(date_trunc('quarter', month_on) as date) as quarter_on
    from {{ ref('fct_maturity_month') }}
    where territory_id like 'commune:%' and indicator_code = 'utterances' and numerator > 0
),

quarters as (
    select
        quarter_on,
        max(last_month_on) as last_month_on,
        bool_or(is_provisional) as is_provisional
    from {{ ref('fct_maturity') }}
    group by quarter_on
),

-- Every territory of the régions that anything was observed in: one of which nothing was heard is all silent, not absent.
members as (
    select
        bridge.ancestor_id as territory_id,
        bridge.territory_id as commune_id
    from {{ ref('bridge_territory_ancestor') }} as bridge
    inner join {{ ref('dim_territory') }} as commune
        on bridge.territory_id = commune.territory_id and commune.territory_level = 'commune' and commune.is_current
    where
        bridge.ancestor_level in ('epci', 'departement', 'region', 'destination')
        and 'region:' || commune.region_code in (select month.territory_id from {{ ref('fct_maturity_month') }} as month)
)

select
    members.territory_id,
    quarters.quarter_on,
    cast(count(*) - count(heard.commune_id) as integer) as silent_communes_count,
    cast(count(*) as integer) as communes_count,
    quarters.last_month_on,
    quarters.is_provisional
from members
cross join quarters
left join heard on members.commune_id = heard.commune_id and quarters.quarter_on = heard.quarter_on
group by members.territory_id, quarters.quarter_on, quarters.last_month_on, quarters.is_provisional
