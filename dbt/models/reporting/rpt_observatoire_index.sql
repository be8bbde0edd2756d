-- The index within the population stratum: a number alone would rank a village with one agent against a métropole with seven. Ranks are
-- bands: a territory may stand anywhere between those that surely do better and those that surely do worse. Fewer than eight others are
-- no company: nothing is compared then.
with
indexed as (
    select
        observatoire.*,
        territory.territory_level,
        territory.territory_name,
        territory.population,
        band.band_code as stratum_code,
        observatoire.posts_count >= kpi.min_n_indicative as is_enough
    from {{ ref('kpi_input_observatoire_index') }} as observatoire
    inner join {{ ref('dim_territory') }} as territory on observatoire.territory_id = territory.territory_id
    inner join {{ ref('dim_kpi') }} as kpi on kpi.kpi_id = 'observatoire_index'
    left join {{ ref('population_bands') }} as band
        on
            territory.population >= band.population_from
            and (territory.population < band.population_to or band.population_to is null)
),

compared as (
    select
        own.territory_id,
        own.month_on,
        count(*) as stratum_territories_count,
        count(*) > {{ minimum_peers() }} as has_company,
        median(other.observatoire_index) filter (where other.territory_id != own.territory_id) as others_median,
        count(*) filter (where other.observatoire_index_low > own.observatoire_index_high) as surely_better_count,
        count(*) filter (where other.observatoire_index_high < own.observatoire_index_low) as surely_worse_count,
        count(*) = count(other.observatoire_index_low) and count(*) = count(other.observatoire_index_high) as all_have_bounds
    from indexed as own
    inner join indexed as other
        on own.month_on = other.month_on and own.territory_level = other.territory_level and own.stratum_code = other.stratum_code
    where own.observatoire_index is not null and other.observatoire_index is not null and own.is_enough and other.is_enough
    group by own.territory_id, own.month_on
)

select
    indexed.territory_id,
    indexed.month_on,
    indexed.territory_level,
    indexed.territory_name,
    indexed.population,
    indexed.stratum_code,
    indexed.posts_count,
    indexed.engagement_share,
    indexed.followers_per_inhabitant,
    indexed.posts_per_day,
    indexed.engagement_score,
    indexed.audience_score,
    indexed.activity_score,
    {% for column in ['observatoire_index', 'observatoire_index_low', 'observatoire_index_high'] -%}
    case when indexed.is_enough then indexed.{{ column }} end as {{ column }},
    {% endfor -%}
    case when indexed.null_reason is null and not indexed.is_enough then 'below_minimum_n' else indexed.null_reason end as null_reason,
    compared.stratum_territories_count,
    case when compared.has_company then compared.others_median end as stratum_median,
    case when compared.has_company and compared.all_have_bounds then compared.surely_better_count + 1 end as stratum_rank_best,
    case when compared.has_company and compared.all_have_bounds then compared.stratum_territories_count - compared.surely_worse_count end
        as stratum_rank_worst
from indexed
left join compared on indexed.territory_id = compared.territory_id and indexed.month_on = compared.month_on
