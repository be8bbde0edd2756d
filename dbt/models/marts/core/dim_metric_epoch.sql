-- Every reported metric has its epochs: those of the seed, or a single one where the platform never changed it.
with known as (

    select * from {{ ref('metric_epochs') }}

),

unchanged as (

    select reported.*
    from {{ ref('platform_metrics') }} as reported
    left join known
        on reported.channel_code = known.channel_code and reported.metric_code = known.metric_code
    where reported.is_reported and known.channel_code is null

)

select
    channel_code,
    metric_code,
    epoch_number,
    published_name,
    valid_from,
    valid_to,
    successor_name,
    is_comparable_with_previous,
    reason_fr,
    evidence
from known

union all

select
    channel_code,
    metric_code,
    1 as epoch_number,
    published_name,
    valid_from,
    valid_to,
    cast(null as {{ dbt.type_string() }}) as successor_name,
    cast(null as boolean) as is_comparable_with_previous,
    cast(null as {{ dbt.type_string() }}) as reason_fr,
    evidence
from unchanged
