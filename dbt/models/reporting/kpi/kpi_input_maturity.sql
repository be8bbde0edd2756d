{%- set pillars = ['presence', 'activity', 'conversation', 'audience', 'digital_service', 'timeliness'] %}
-- The figures of a quarter, shown in each of its months that has begun to be observed.
with
months as (
    select distinct month_on
    from {{ ref('dim_date') }}
),

profiles as (
    select
        territory_id,
        quarter_on,
        {% for pillar in pillars %}
        max(score) filter (where pillar_code = '{{ pillar }}') as {{ pillar }}_score,
        max(score_low) filter (where pillar_code = '{{ pillar }}') as {{ pillar }}_score_low,
        max(score_high) filter (where pillar_code = '{{ pillar }}') as {{ pillar }}_score_high,
        max(null_reason) filter (where pillar_code = '{{ pillar }}') as {{ pillar }}_null_reason,
        max(observations_count) filter (where pillar_code = '{{ pillar }}') as {{ pillar }}_observations_count,
        max(known_share) filter (where pillar_code = '{{ pillar }}') as {{ pillar }}_known_share,
        {% endfor %}
        max(last_month_on) as last_month_on,
        bool_or(is_provisional) as is_provisional
    from {{ ref('fct_maturity') }}
    group by territory_id, quarter_on
)

select
    profiles.territory_id,
    months.month_on,
    {% for pillar in pillars %}
    {% for column in ['score', 'score_low', 'score_high', 'null_reason', 'observations_count', 'known_share'] -%}
    profiles.{{ pillar }}_{{ column }},
    {% endfor -%}
    {% endfor %}
    composite.score as maturity_score,
    composite.score_low as maturity_score_low,
    composite.score_high as maturity_score_high,
    composite.known_share,
    composite.known_indicators_count,
    cast(composite.rank_high - composite.rank_low + 1 as double) as rank_band_width,
    composite.ranked_count,
    composite.null_reason,
    composite.rank_null_reason,
    profiles.is_provisional
from profiles
inner join months on months.month_on between profiles.quarter_on and profiles.last_month_on
left join {{ ref('fct_maturity_composite') }} as composite
    on profiles.territory_id = composite.territory_id and profiles.quarter_on = composite.quarter_on
