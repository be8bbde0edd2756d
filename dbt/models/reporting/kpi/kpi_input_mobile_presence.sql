-- People who do not live in the zone, by day. Whoever crosses two zones counts in both, so that who was present in two zones of one
-- commune (of those that merged into it, as the operator still draws them) is not known; each slept in one.
with
zoned as (
    select
        *,
        min(zone_code) over whole != max(zone_code) over whole as has_several_zones
    from {{ ref('fct_mobile_presence_day') }}
    where presence_category_code in ('tourist', 'day_visitor') and territory_id is not null
    window whole as (partition by source_id, territory_id, month_on)
)

select
    fact.source_id,
    'presence' as stream,
    fact.territory_id,
    fact.month_on,
    fact.present_on as day_on,
    calendar.days_count,
    fact.origin_country_group,
    case when not fact.has_several_zones then fact.presence_estimate end as visitor_presence_estimate,
    case when fact.presence_category_code = 'tourist' then fact.overnight_presence_estimate end as overnight_presence_estimate,
    coalesce(
        fact.presence_null_reason,
        case when fact.has_several_zones then 'not_defined' end,
        case when fact.presence_category_code = 'tourist' then fact.overnight_null_reason end
    ) as null_reason,
    false as is_provisional
from zoned as fact
inner join {{ ref('dim_month') }} as calendar on fact.month_on = calendar.month_on
