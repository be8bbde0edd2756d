select
    axis_id,
    territory_id,
    label_fr,
    label_en,
    themes as theme_codes,
    hashtags
from {{ source('lake', 'positioning_axis') }}
