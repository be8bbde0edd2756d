{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{% if is_incremental() %}delete from {{ this }} where (quarter_on, scores_fingerprint) not in (
        select (quarter_on, scores_fingerprint) from ({{ composite_fingerprints() }})){% endif %}"
) }}
-- A quarter is ranked anew when a score or a stratum of it changed: each row carries the fingerprint of what it was ranked with.
with
changed as (
    {{ composite_fingerprints() }}
    {% if is_incremental() -%}
    having maturity.quarter_on not in (select kept.quarter_on from {{ this }} as kept)
    {%- endif %}
),

scores as (
    select
        maturity.territory_id,
        maturity.quarter_on,
        maturity.pillar_code,
        maturity.score,
        maturity.known_share,
        maturity.known_indicators_count,
        maturity.last_month_on,
        maturity.is_provisional,
        weight.weight,
        territory.territory_level,
        stratum.stratum_code,
        changed.scores_fingerprint
    from {{ ref('fct_maturity') }} as maturity
    inner join changed on maturity.quarter_on = changed.quarter_on
    inner join {{ ref('maturity_weights') }} as weight on maturity.pillar_code = weight.pillar_code
    inner join {{ ref('dim_territory') }} as territory on maturity.territory_id = territory.territory_id
    left join {{ ref('dim_territory_stratum') }} as stratum on maturity.territory_id = stratum.territory_id
    where territory.territory_level in ('epci', 'departement', 'region')
),

composites as (
    select
        territory_id,
        quarter_on,
        territory_level,
        stratum_code,
        scores_fingerprint,
        max(last_month_on) as last_month_on,
        bool_or(is_provisional) as is_provisional,
        round(sum(weight) filter (where score is not null) / sum(weight), 9) as known_weight_share,
        round(sum(weight * known_share) / sum(weight), 9) as known_share,
        sum(known_indicators_count) as known_indicators_count,
        -- Rounded: the same numbers summed in another order differ in their last digits.
        round(sum(weight * score) / nullif(sum(weight) filter (where score is not null), 0), 9) as score
    from scores
    group by territory_id, quarter_on, territory_level, stratum_code, scores_fingerprint
),

ranked as (
    -- Equal scores share the better rank.
    select
        *,
        rank() over same_stratum as score_rank,
        count(*) over (partition by quarter_on, territory_level, stratum_code) as ranked_count
    from composites
    where known_weight_share >= {{ minimum_known_weight() }}
    window same_stratum as (partition by quarter_on, territory_level, stratum_code order by score desc)
),

-- Other weights that could have been published, and each pillar left out in turn.
variants as (
    {{ weight_variants() }}
),

variant_scores as (
    select
        scores.territory_id,
        scores.quarter_on,
        scores.territory_level,
        scores.stratum_code,
        variants.variant_kind,
        variants.variant_number,
        round(sum(variants.weight * scores.score) / sum(variants.weight), 9) as score
    from scores
    inner join ranked on scores.territory_id = ranked.territory_id and scores.quarter_on = ranked.quarter_on
    inner join variants on scores.pillar_code = variants.pillar_code
    where scores.score is not null
    group by
        scores.territory_id, scores.quarter_on, scores.territory_level, scores.stratum_code, variants.variant_kind, variants.variant_number
),

variant_ranks as (
    select
        *,
        rank() over (
            partition by quarter_on, territory_level, stratum_code, variant_kind, variant_number order by score desc
        ) as score_rank
    from variant_scores
),

bands as (
    select
        territory_id,
        quarter_on,
        {{ quantile_filtered('score', 0.025, "variant_kind = 'draw'") }} as score_low,
        {{ quantile_filtered('score', 0.975, "variant_kind = 'draw'") }} as score_high,
        {{ quantile_filtered('score_rank', 0.025, "variant_kind = 'draw'") }} as rank_low,
        {{ quantile_filtered('score_rank', 0.975, "variant_kind = 'draw'") }} as rank_high,
        min(score_rank) filter (where variant_kind = 'left_out') as left_out_rank_low,
        max(score_rank) filter (where variant_kind = 'left_out') as left_out_rank_high
    from variant_ranks
    group by territory_id, quarter_on
)

select
    composites.territory_id,
    composites.quarter_on,
    composites.territory_level,
    composites.stratum_code,
    case when ranked.territory_id is not null then composites.score end as score,
    bands.score_low,
    bands.score_high,
    -- no pillar known: none of the weights
    case when composites.known_weight_share > 0 then composites.known_weight_share else 0.0 end as known_weight_share,
    composites.known_share,
    cast(composites.known_indicators_count as integer) as known_indicators_count,
    case when ranked.territory_id is null then 'too_few_pillars' end as null_reason,
    cast(ranked.ranked_count as integer) as ranked_count,
    {% for column, expression in {
        'rank': 'ranked.score_rank', 'rank_low': 'bands.rank_low', 'rank_high': 'bands.rank_high',
        'left_out_rank_low': 'bands.left_out_rank_low', 'left_out_rank_high': 'bands.left_out_rank_high'
    }.items() -%}
    case
        when composites.stratum_code is not null and ranked.ranked_count > {{ minimum_peers() }} then cast({{ expression }} as integer)
    end as {{ column }},
    {% endfor -%}
    case
        when ranked.territory_id is null then 'too_few_pillars'
        when composites.stratum_code is null then 'attributes_unknown'
        when ranked.ranked_count <= {{ minimum_peers() }} then 'no_peers'
    end as rank_null_reason,
    composites.last_month_on,
    composites.is_provisional,
    composites.scores_fingerprint
from composites
left join ranked on composites.territory_id = ranked.territory_id and composites.quarter_on = ranked.quarter_on
left join bands on composites.territory_id = bands.territory_id and composites.quarter_on = bands.quarter_on
