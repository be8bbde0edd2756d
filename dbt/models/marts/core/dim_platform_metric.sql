select
    channel_code,
    metric_code,
    is_reported,
    access,
    published_name,
    valid_from,
    valid_to,
    null_reason,
    missing_reason,
    note,
    evidence
from {{ ref('platform_metrics') }}
