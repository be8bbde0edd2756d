-- Counts of nights only: the other units (changes, shares) are computed from them by the publisher.
select
    source_id,
    night_on,
    geo_code,
    month_on,
    accommodation_code,
    {{ origin_country_group('residence_code') }} as origin_country_group,
    observed_value as nights_count,
    obs_flag,
    vintage_at
from {{ ref('stg_eurostat__nights') }}
where unit_code = 'NR' and frequency_code = 'M' and residence_code in ('DOM', 'FOR', 'TOTAL') and month_on is not null
