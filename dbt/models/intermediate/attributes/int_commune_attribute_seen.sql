-- Statistics come before what a drop says of the same year: source_rank.
with
spoken as (
    select
        published.source_id,
        'attributes' as stream,
        published.night_on,
        published.commune_code,
        published.attribute_code,
        cast(published.year as integer) as year_number,
        cast(null as timestamp) as vintage_at,
        case
            when attribute.attribute_kind = 'flag' then cast(published.is_attribute_true as integer)
            else published.attribute_number
        end as value,
        2 as source_rank
    from {{ ref('stg_territory_attributes__attributes') }} as published
    inner join {{ ref('territory_attributes') }} as attribute on published.attribute_code = attribute.attribute_code

    union all by name

    select
        source_id,
        'capacity' as stream,
        night_on,
        commune_code,
        'tourist_beds' as attribute_code,
        cast(year(year_on) as integer) as year_number,
        vintage_at,
        beds_count as value,
        null_reason,
        1 as source_rank
    from {{ ref('int_commune_capacity') }}

    union all by name

    select
        source_id,
        'housing' as stream,
        night_on,
        place_code as commune_code,
        case occupation_code when '_T' then 'dwellings' else 'second_homes' end as attribute_code,
        cast(year(year_on) as integer) as year_number,
        vintage_at,
        observed_value as value,
        1 as source_rank
    from {{ ref('stg_insee_melodi__housing') }}
    where
        occupation_code in ('_T', 'DW_SEC_DW_OCC')
        and measure_code = 'DWELLINGS'
        and place_level_code = 'COM'
        and period_kind_code = 'A'
)

select
    source_id,
    stream,
    night_on,
    'commune:' || commune_code as territory_id,
    attribute_code,
    year_number,
    {{ first_day_of_year('year_number') }} as month_on,
    cast(value as double) as value,
    case when value is null then coalesce(null_reason, 'not_reported') end as null_reason,
    vintage_at,
    source_rank
from spoken
