-- People who do not live in the zone, by day. Whoever crosses two zones counts in both: zones are not added up.
select
    source_id,
    'presence' as stream,
    territory_id,
    month_on,
    present_on as day_on,
    origin_country_group,
    presence_estimate as visitor_presence_estimate,
    case when presence_category_code = 'tourist' then overnight_presence_estimate end as overnight_presence_estimate,
    presence_category_code = 'tourist' as is_tourist,
    coalesce(presence_null_reason, case when presence_category_code = 'tourist' then overnight_null_reason end) as null_reason,
    false as is_provisional
from {{ ref('fct_mobile_presence_day') }}
where presence_category_code in ('tourist', 'day_visitor') and territory_id is not null
