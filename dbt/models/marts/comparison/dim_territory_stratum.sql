-- What neighbours are looked for with: each attribute in standard deviations from its level's mean. Populations, densities
-- and beds by their logarithm: twice as many is the same step for a village and a city.
{%- set features = {
    'population': 'ln(territory.population)',
    'density': 'ln(profile.density_per_km2)',
    'function_rate': 'ln(1 + 100 * profile.tourist_beds_per_inhabitant)',
    'second_homes': 'profile.second_home_share',
    'coast': 'profile.coast_share',
    'mountain': 'profile.mountain_share',
} %}
with
-- Communes are 35,000: theirs are sought in the régions that the configuration names, and among those of the whole country.
watched_regions as (
    select distinct region.region_code
    from {{ ref('stg_lake__watched_territory') }} as watched
    inner join {{ ref('dim_territory') }} as territory on watched.territory_id = territory.territory_id
    inner join {{ ref('dim_territory') }} as region
        on
            region.territory_level = 'region'
            and (territory.region_code = region.region_code or territory.territory_level = 'country')
),

measured as (
    select
        territory.territory_id,
        territory.territory_level,
        territory.region_code,
        case
            when territory.territory_level = 'commune' then profile.density_class_7 || ' ' || band.band_code
            when territory.territory_level = 'region' then 'all'
            else cast(profile.density_class_3 as {{ dbt.type_string() }})
        end as stratum_code,
        {% for name, expression in features.items() %}
        {{ expression }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('dim_territory') }} as territory
    inner join {{ ref('dim_territory_profile') }} as profile on territory.territory_id = profile.territory_id
    left join {{ ref('population_bands') }} as band
        on
            territory.population >= band.population_from
            and (territory.population < band.population_to or band.population_to is null)
    where
        territory.territory_level in ('commune', 'epci', 'departement', 'region')
        and territory.is_current
        and territory.population > 0
),

judged as (
    select
        *,
        stratum_code is not null
        {%- for name in features %}
        and {{ name }} is not null
        {%- endfor %} as is_known
    from measured
),

scored as (
    select
        territory_id,
        territory_level,
        region_code,
        stratum_code,
        is_known,
        {% for name in features %}
        case
            when is_known
                -- Rounded: sums of the same numbers differ in their last digits from run to run.
                then round(({{ name }} - avg({{ name }}) over known) / coalesce(nullif(stddev_samp({{ name }}) over known, 0), 1), 6)
        end as {{ name }}_score,
        {% endfor %}
        case when is_known then count(*) over (partition by territory_level, is_known, stratum_code) end as stratum_territories_count
    from judged
    window known as (partition by territory_level, is_known)
)

select
    territory_id,
    territory_level,
    region_code,
    stratum_code,
    {% for name in features %}
    {{ name }}_score,
    {% endfor %}
    cast(stratum_territories_count as integer) as stratum_territories_count,
    case
        when not is_known then 'attributes_unknown'
        when stratum_territories_count <= {{ minimum_peers() }} then 'no_peers'
        when
            territory_level = 'commune'
            and not coalesce(region_code in (select watched.region_code from watched_regions as watched), false)
            then 'not_watched'
    end as peers_null_reason
from scored
