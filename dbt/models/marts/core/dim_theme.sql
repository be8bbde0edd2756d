select
    theme_code,
    theme_name_fr,
    theme_name_en,
    display_order
from {{ ref('themes') }}
