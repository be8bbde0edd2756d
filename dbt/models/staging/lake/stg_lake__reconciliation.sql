select
    source as source_id,
    stream,
    night as night_on,
    verdict,
    reasons,
    received as received_count,
    kept as kept_count,
    duplicate as duplicate_count,
    quarantined as quarantined_count,
    erased as erased_count,
    expired as expired_count,
    pages as pages_count,
    bytes as size_bytes,
    {{ utc_timestamp('landed_at') }} as landed_at,
    {{ utc_timestamp('publisher_updated_at') }} as publisher_updated_at,
    added_fields,
    max_record_on
from {{ source('lake', 'reconciliation') }}
