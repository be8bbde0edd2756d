-- How far the streams go whose records are of a year and not of a day: to the end of the last year that has a figure.
{%- set annual = {
    'stg_eurostat__capacity': ['capacity', 'year_on', 'observed_value'],
    'stg_insee_melodi__capacity': ['capacity', 'year_on', 'observed_value'],
    'stg_insee_melodi__housing': ['housing', 'year_on', 'observed_value'],
    'stg_territory_attributes__attributes': ['attributes', first_day_of_year('year'), 'attribute_value']
} %}
{% for table, (stream, year_on, figure) in annual.items() %}
select
    source_id,
    '{{ stream }}' as stream,
    {{ add_months('max(' ~ year_on ~ ')', 12) }} - 1 as last_record_on
from {{ ref(table) }}
where {{ figure }} is not null
group by source_id
{{ 'union all' if not loop.last }}
{%- endfor %}
