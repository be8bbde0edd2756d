select
    _source as source_id,
    _night as night_on,
    offer_id,
    name as offer_name,
    main_type as offer_type_code,
    types as offer_type_codes,
    municipality_code,
    postcode,
    latitude,
    longitude,
    capacity as capacity_count,
    periods_count,
    starts_on,
    ends_on,
    created_on,
    updated_on,
    updated_at
from {{ source('datatourisme', 'offers') }}
