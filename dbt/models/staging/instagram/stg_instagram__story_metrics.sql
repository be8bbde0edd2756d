select
    _source as source_id,
    _night as night_on,
    post_id,
    account_key,
    territory_id,
    created_at as posted_at,
    {{ local_day('created_at') }} as posted_on,
    media_type as media_type_code,
    metric_name,
    period as period_code,
    metric_value
from {{ source('instagram', 'story_metrics') }}
