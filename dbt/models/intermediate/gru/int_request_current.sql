{{ config(materialized='table') }}
-- The affected cases in their current version (the publisher's, then the night's), with what only the whole of their nights can say.
with
history as (
    select
        source_id,
        request_id,
        min(night_on) as first_seen_night_on,
        max(night_on) as last_seen_night_on,
        max_by(night_on, (coalesce(updated_at, cast('0001-01-01' as timestamp)), night_on)) as source_night_on,
        -- The promise as it was first published: a later one is no excuse.
        min_by(promised_at, night_on) filter (where promised_at is not null) as first_promised_at,
        min_by(promised_on, night_on) filter (where promised_on is not null) as first_promised_on,
        count(is_closed) > 0 or count(seen_status_code) > 0 as has_status
    from {{ ref('int_request_version') }}
    group by source_id, request_id
),

handled as (
    select
        source_id,
        request_id,
        count(*) filter (where is_service_change) as service_changes_count
    from {{ ref('int_request_step') }}
    where is_first_service or is_service_change
    group by source_id, request_id
)

select
    version.source_id,
    version.stream,
    version.request_id,
    version.declared_at,
    version.declared_on,
    version.closed_at,
    version.closed_on,
    version.updated_at,
    history.first_promised_at,
    history.first_promised_on,
    version.promised_at as latest_promised_at,
    nullif(version.seen_status_code, 'unmapped') as status_code,
    version.is_closed,
    history.has_status,
    version.published_channel,
    version.is_typed_by_agent,
    version.requester_email_id,
    version.requester_phone_id,
    version.category,
    version.subcategory,
    version.service,
    -- NULL where no service was ever named
    handled.service_changes_count,
    version.municipality_code,
    coalesce({{ commune_on('life', 'version.declared_on') }}, commune.territory_id) as territory_id,
    version.postcode,
    version.district,
    version.latitude,
    version.longitude,
    version.content,
    version.time_zone,
    version.is_closing_reported,
    version.is_promise_reported,
    version.is_changes_only,
    history.first_seen_night_on <= version.declared_on + 1 as is_seen_from_start,
    history.first_seen_night_on,
    history.last_seen_night_on,
    version.night_on as source_night_on
from {{ ref('int_request_version') }} as version
inner join history
    on
        version.source_id = history.source_id
        and version.request_id = history.request_id
        and version.night_on = history.source_night_on
left join handled on version.source_id = handled.source_id and version.request_id = handled.request_id
left join (
    select
        commune_code,
        'commune:' || commune_code as territory_id
    from {{ ref('communes') }}
) as commune on version.municipality_code = commune.commune_code
-- A commune that merged has its years; what is still told under its code after its end is its successor's.
left join {{ ref('int_commune_life') }} as life on version.municipality_code = life.commune_code
