{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['source_id', 'request_id'],
    on_schema_change='fail', meta={'affected_by': 'int_request_affected'}
) }}
-- depends_on: {{ ref('int_request_affected') }}
with
current_version as (
    select
        *,
        max(night_on) over (partition by source_id, request_id) as last_seen_night_on
    from {{ ref('stg_opendatasoft__reports') }}
    {% if is_incremental() %}
    where
        (source_id, request_id) in (select (source_id, request_id) from {{ ref('int_request_affected') }})
        and night_on >= {{ literal_floor(ref('int_request_affected'), 'earliest_night_on') }}
    {% endif %}
    qualify row_number() over (
        partition by source_id, request_id
        order by updated_at desc nulls last, night_on desc
    ) = 1
),

resolved as (
    select
        request.*,
        territory.territory_id,
        coalesce(channel.channel_code, 'unknown') as channel_code,
        status.status_code,
        contract.is_closing_reported
    from current_version as request
    inner join {{ ref('source_stream') }} as contract
        on request.source_id = contract.source_id and contract.stream = 'reports'
    left join {{ ref('channel_map') }} as channel
        on
            request.source_id = channel.source_id
            and contract.stream = channel.stream
            and lower(trim(request.published_channel)) = lower(channel.published_channel)
    left join {{ ref('request_status_map') }} as status
        on lower(trim(request.published_status)) = status.published_status
    left join {{ ref('dim_territory') }} as territory
        on request.municipality_code = territory.territory_code and territory.territory_level = 'commune'
)

select
    source_id,
    request_id,
    declared_on,
    {{ month_of('declared_on') }} as month_on,
    closed_on,
    updated_at,
    status_code,
    category,
    subcategory,
    channel_code,
    territory_id,
    municipality_code,
    postcode,
    district,
    service,
    latitude,
    longitude,
    case when {{ resolution_null_reason() }} is null then closed_on - declared_on end as resolution_days,
    {{ resolution_null_reason() }} as resolution_null_reason,
    last_seen_night_on,
    night_on as source_night_on
from resolved
