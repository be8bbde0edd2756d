select
    _source as source_id,
    _night as night_on,
    commune_code,
    commune_name,
    {{ try_cast("stay_month || '-01'", 'date') }} as stay_month_on,
    {{ try_cast("stay_through_month || '-01'", 'date') }} as stay_through_month_on,
    accommodation_kind,
    collector,
    paid_on,
    declarants_count,
    taxed_nights as taxed_nights_count,
    exempt_nights as exempt_nights_count,
    collected_eur,
    withheld_fields,
    file_name,
    file_row
from {{ source('tourist_tax', 'stays') }}
