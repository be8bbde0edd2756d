select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    metric_name,
    breakdown as breakdown_code,
    follower_group,
    period as period_code,
    metric_value
from {{ source('instagram', 'follower_groups') }}
