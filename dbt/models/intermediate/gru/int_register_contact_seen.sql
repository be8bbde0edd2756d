select
    source_id,
    'contacts' as stream,
    request_id as contact_id,
    night_on,
    declared_at,
    territory_id,
    published_channel,
    category,
    service,
    requester_email_id,
    requester_phone_id,
    answered_on,
    closed_on
from {{ ref('stg_contact_register__contacts') }}
