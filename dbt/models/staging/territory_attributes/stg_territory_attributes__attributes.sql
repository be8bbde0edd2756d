select
    _source as source_id,
    _night as night_on,
    commune_code,
    commune_name,
    attribute_code,
    year,
    value as attribute_value,
    value_number as attribute_number,
    value_flag as is_attribute_true,
    file_name,
    file_row
from {{ source('territory_attributes', 'attributes') }}
