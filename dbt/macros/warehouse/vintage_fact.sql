{#-
    The body of a fact of official statistics, of grain cell × vintage: every vintage that the publisher gave of a cell, and which one is current. A
    vintage was read on several nights: the newest one tells it best. `seen` has the columns of `cell`, month_on, vintage_at,
    published_accommodation_code, `measures`, obs_flag and is_provisional; an `affected_versions` model names the cells and vintages to compute again.
-#}
{% macro vintage_fact(seen, affected, cell, measures) -%}
with
vintages as (
    select *
    from ({{ versions(seen=seen, affected=affected, key=cell + ['vintage_at']) }})
    qualify row_number() over (partition by {{ cell | join(', ') }}, vintage_at order by night_on desc) = 1
),

resolved as (
    select
        {% for column in cell %}vintages.{{ column }}, {% endfor %}
        {{ local_day('vintages.vintage_at') }} as vintage_on,
        vintages.vintage_at,
        {{ commune_on('territory', 'vintages.month_on') }} as territory_id,
        accommodation.accommodation_code,
        {% for column in measures %}vintages.{{ column }}, {% endfor %}
        vintages.obs_flag,
        vintages.is_provisional,
        vintages.night_on as source_night_on
    from vintages
    inner join {{ ref('source_stream') }} as contract
        on vintages.source_id = contract.source_id and vintages.stream = contract.stream
    left join {{ ref('accommodation_map') }} as accommodation
        on
            contract.family = accommodation.family
            and lower(vintages.published_accommodation_code) = accommodation.published_accommodation
    left join {{ ref('dim_territory') }} as territory
        on vintages.geo_code = {{ statistical_geo_code('territory.territory_level', 'territory.territory_code') }}
    {% if is_incremental() -%}
    union all by name
    -- The other vintages of the same cells, as they stand: one of them may be the current one.
    select * exclude (is_current_vintage)
    from {{ this }}
    where
        ({{ cell | join(', ') }}) in (select ({{ cell | join(', ') }}) from {{ ref(affected) }})
        and ({{ cell | join(', ') }}, vintage_at) not in (select ({{ cell | join(', ') }}, vintage_at) from {{ ref(affected) }})
        and month_on >= {{ literal_floor(ref(affected), 'month_on') }}
    {%- endif %}
)

select
    *,
    row_number() over (partition by {{ cell | join(', ') }} order by vintage_at desc) = 1 as is_current_vintage
from resolved
{%- endmacro %}
