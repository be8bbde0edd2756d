select
    _source as source_id,
    _night as night_on,
    account_key,
    territory_id,
    metric_name,
    metric_on,
    period as period_code,
    metric_value
from {{ source('facebook', 'account_metrics') }}
