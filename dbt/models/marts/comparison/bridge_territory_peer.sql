-- Neighbours are found anew only for the levels whose attributes changed: each row carries the fingerprint of what it was
-- found with.
{%- set scores = stratum_scores() -%}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=["{{ remember_other_neighbours() }}", "{{ forget_other_neighbours() }}"]
) }}
-- depends_on: {{ ref('dim_month') }}
with
changed as (
    {{ stratum_fingerprints() }}
    {% if is_incremental() %}
    having territory_level not in (select kept.territory_level from {{ this }} as kept)
    {% endif %}
),

candidates as (
    select
        stratum.*,
        changed.attributes_fingerprint
    from {{ ref('dim_territory_stratum') }} as stratum
    inner join changed on stratum.territory_level = changed.territory_level
    where stratum.population_score is not null
),

pairs as (
    select
        own.territory_id,
        own.territory_level,
        own.attributes_fingerprint,
        peer.territory_id as peer_id,
        own.region_code = peer.region_code as is_same_region,
        sqrt(
            {% for score in scores -%}
            power(own.{{ score }} - peer.{{ score }}, 2){{ ' + ' if not loop.last }}
            {%- endfor %}
        ) as distance
    from candidates as own
    inner join candidates as peer
        on
            own.territory_level = peer.territory_level
            and own.stratum_code = peer.stratum_code
            and own.territory_id != peer.territory_id
    where own.peers_null_reason is null
),

-- Sorting all pairs costs more than looking at them: first how far the last neighbour to keep is, then the ranks of the
-- few that are left.
reach as (
    select
        territory_id,
        {{ nth_smallest('distance', kept_peers()) }} as nearest_of_france,
        {{ nth_smallest('distance', kept_peers(), 'is_same_region') }} as nearest_of_region
    from pairs
    group by territory_id
),

near as (
    select
        pairs.*,
        pairs.distance <= reach.nearest_of_france as is_near_in_france,
        coalesce(pairs.is_same_region and pairs.distance <= reach.nearest_of_region, false) as is_near_in_region
    from pairs
    inner join reach on pairs.territory_id = reach.territory_id
    where
        pairs.distance <= reach.nearest_of_france
        or (pairs.is_same_region and pairs.distance <= reach.nearest_of_region)
),

ranked as (
    select
        *,
        case when is_near_in_france then row_number() over (
            partition by territory_id, is_near_in_france order by distance asc, peer_id asc
        ) end as peer_rank,
        case when is_near_in_region then row_number() over (
            partition by territory_id, is_near_in_region order by distance asc, peer_id asc
        ) end as region_rank
    from near
)

select
    territory_id,
    peer_id,
    case when peer_rank <= {{ kept_peers() }} then cast(peer_rank as integer) end as peer_rank,
    case when region_rank <= {{ kept_peers() }} then cast(region_rank as integer) end as region_rank,
    distance,
    territory_level,
    attributes_fingerprint
from ranked
where peer_rank <= {{ kept_peers() }} or region_rank <= {{ kept_peers() }}
