-- Rooms, pitches and beds as beds. One part that the publisher keeps secret makes the sum unknown.
select
    capacity.source_id,
    capacity.night_on,
    capacity.place_code as commune_code,
    capacity.year_on,
    max(capacity.vintage_at) as vintage_at,
    case when count(*) = count(capacity.observed_value) then sum(capacity.observed_value * equivalent.beds_per_place) end as beds_count,
    case when count(*) != count(capacity.observed_value) then 'withheld' end as null_reason
from {{ ref('stg_insee_melodi__capacity') }} as capacity
inner join {{ ref('bed_equivalents') }} as equivalent on capacity.activity_code = equivalent.activity_code
where
    capacity.measure_code = 'PLACE'
    and capacity.ranking_code = '_T'
    and capacity.place_level_code = 'COM'
    and capacity.period_kind_code = 'A'
group by capacity.source_id, capacity.night_on, capacity.place_code, capacity.year_on
