-- A register names the commune and the postcode, not always the code: the commune of that name in the postcode's
-- département, if there is one only. Each file is the whole register, so that the last night of a year says how the year stood. What
-- it still has under the code of a commune that merged before that night is in the successor.
with
last_night as (
    select
        source_id,
        year(night_on) as year_number,
        max(night_on) as night_on
    from {{ ref('stg_classified_accommodation__establishments') }}
    group by source_id, year(night_on)
),

establishments as (
    select
        register.source_id,
        register.night_on,
        last_night.year_number,
        register.commune_code,
        register.capacity_persons_count,
        {{ name_key('register.commune_name') }} as name_key,
        {{ department_of_postcode('register.postcode') }} as department_code
    from {{ ref('stg_classified_accommodation__establishments') }} as register
    inner join last_night on register.source_id = last_night.source_id and register.night_on = last_night.night_on
),

communes as (
    select
        {{ name_key('commune_name') }} as name_key,
        department_code,
        min(commune_code) as commune_code
    from {{ ref('communes') }}
    group by {{ name_key('commune_name') }}, department_code
    having count(*) = 1
),

placed as (
    select
        establishments.source_id,
        establishments.night_on,
        establishments.year_number,
        establishments.capacity_persons_count,
        coalesce(
            {{ commune_on('life', 'establishments.night_on') }},
            'commune:' || coalesce(establishments.commune_code, communes.commune_code)
        ) as territory_id
    from establishments
    left join communes
        on establishments.name_key = communes.name_key and establishments.department_code = communes.department_code
    left join {{ ref('int_commune_life') }} as life on establishments.commune_code = life.commune_code
)

select
    source_id,
    night_on,
    cast(year_number as integer) as year_number,
    territory_id,
    count(*) as establishments_count,
    case when count(*) = count(capacity_persons_count) then {{ sum_bigint('capacity_persons_count') }} end as beds_count
from placed
group by source_id, night_on, year_number, territory_id
