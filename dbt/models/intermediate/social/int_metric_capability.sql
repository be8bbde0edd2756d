-- A metric that a platform reported from one day to another was not reported before, and is not after.
with metrics as (

    select * from {{ ref('platform_metrics') }}

)

select
    channel_code,
    metric_code,
    access,
    valid_from as period_from,
    valid_to as period_to,
    null_reason,
    missing_reason
from metrics

union all

select
    channel_code,
    metric_code,
    access,
    cast(null as date) as period_from,
    valid_from as period_to,
    'not_reported' as null_reason,
    cast(null as varchar) as missing_reason
from metrics
where is_reported and valid_from is not null

union all

select
    channel_code,
    metric_code,
    access,
    valid_to as period_from,
    cast(null as date) as period_to,
    'not_reported' as null_reason,
    cast(null as varchar) as missing_reason
from metrics
where is_reported and valid_to is not null
