select
    landed.source_id,
    landed.stream,
    landed.night_on,
    freshness.source_title,
    landed.verdict,
    {{ join_texts('landed.reasons', ', ') }} as reasons,
    landed.received_count,
    landed.kept_count,
    landed.duplicate_count,
    landed.quarantined_count,
    landed.erased_count,
    landed.expired_count,
    landed.received_count
    - (landed.kept_count + landed.duplicate_count + landed.quarantined_count + landed.erased_count + landed.expired_count)
        as unexplained_count,
    landed.pages_count,
    landed.size_bytes,
    landed.landed_at,
    landed.max_record_on
from {{ ref('fct_source_night') }} as landed
left join {{ ref('fct_stream_freshness') }} as freshness
    on landed.source_id = freshness.source_id and landed.stream = freshness.stream
