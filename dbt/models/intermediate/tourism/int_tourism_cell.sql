-- Counts only: the other units (changes, shares) are computed from them by the publisher. A table tells some measures and not the others.
{%- set tables = [
    ('nights', 'stg_eurostat__nights', 'nights_count', 'published_accommodation_code', "frequency_code = 'M'"),
    ('arrivals', 'stg_eurostat__arrivals', 'arrivals_count', 'published_accommodation_code', "frequency_code = 'M'"),
    ('platform_nights', 'stg_eurostat__platform_nights', 'nights_count', "'platform'", "measure_code = 'NGT_SP'")
] %}
{%- set measures = ['nights_count', 'arrivals_count', 'occupancy_share'] %}
{%- for stream, model, told, accommodation, condition in tables %}
select
    source_id,
    night_on,
    '{{ stream }}' as stream,
    geo_code,
    month_on,
    {{ accommodation }} as published_accommodation_code,
    {{ origin_country_group('residence_code') }} as origin_country_group,
    {{ vintage('vintage_at', 'night_on') }} as vintage_at,
    {% for measure in measures -%}
    {{ 'observed_value' if measure == told else 'cast(null as double)' }} as {{ measure }},
    {{ nights_null_reason('observed_value', 'obs_flag') if measure == told else "'not_measured'" }}
        as {{ measure.split('_')[0] }}_null_reason,
    {% endfor -%}
    obs_flag,
    {{ is_provisional_flag('obs_flag') }} as is_provisional
from {{ ref(model) }}
where unit_code = 'NR' and {{ condition }} and residence_code in ('DOM', 'FOR', 'TOTAL') and month_on is not null
union all
{%- endfor %}
{{ insee_stays('M', 'month_on') }}
