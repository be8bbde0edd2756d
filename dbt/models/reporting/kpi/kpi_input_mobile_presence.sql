-- People who do not live in the zone, by day. Whoever crosses two zones counts in both: zones are not added up.
select
    fact.source_id,
    'presence' as stream,
    fact.territory_id,
    fact.month_on,
    fact.present_on as day_on,
    calendar.days_count,
    fact.origin_country_group,
    fact.presence_estimate as visitor_presence_estimate,
    case when fact.presence_category_code = 'tourist' then fact.overnight_presence_estimate end as overnight_presence_estimate,
    coalesce(
        fact.presence_null_reason, case when fact.presence_category_code = 'tourist' then fact.overnight_null_reason end
    ) as null_reason,
    false as is_provisional
from {{ ref('fct_mobile_presence_day') }} as fact
inner join {{ ref('dim_month') }} as calendar on fact.month_on = calendar.month_on
where fact.presence_category_code in ('tourist', 'day_visitor') and fact.territory_id is not null
