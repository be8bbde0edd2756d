select
    axis_id,
    territory_id,
    label_fr,
    label_en,
    theme_codes,
    hashtags
from {{ ref('stg_lake__positioning_axis') }}
