select
    source as source_id,
    night as night_on,
    {{ utc_timestamp('"at"') }} as failed_at,
    error as error_message
from {{ source('lake', 'failure') }}
