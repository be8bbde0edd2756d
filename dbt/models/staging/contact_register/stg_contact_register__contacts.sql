select
    _source as source_id,
    _night as night_on,
    request_id,
    territory_id,
    received_at as declared_at,
    {{ local_day('received_at') }} as declared_on,
    channel as published_channel,
    category,
    service,
    requester_email_id,
    requester_phone_id,
    message as content,
    answered_on,
    closed_on
from {{ source('contact_register', 'contacts') }}
