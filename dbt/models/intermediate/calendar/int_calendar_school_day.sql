-- How much of a zone of France, or of a country that visitors come from, has no school. Only days that the published calendars cover.
with
periods as (
    select
        zone_code,
        zone_code as area_name,
        starts_on,
        ends_on
    from {{ ref('school_holidays') }}
    union all
    select
        country_code as zone_code,
        area_name,
        starts_on,
        ends_on
    from {{ ref('school_holidays_abroad') }}
),

known as (
    select
        zone_code,
        count(distinct area_name) as areas_count,
        min(starts_on) as known_from,
        max(ends_on) as known_until
    from periods
    group by zone_code
),

days as (
    {{ dbt.date_spine(
        'day',
        "cast('" ~ var('calendar_starts_on', '1990-01-01') ~ "' as date)",
        "cast('" ~ var('calendar_ends_before', '2031-01-01') ~ "' as date)"
    ) }}
)

select
    known.zone_code,
    cast(days.date_day as date) as date_on,
    count(distinct periods.area_name) / cast(max(known.areas_count) as double) as off_share
from days
inner join known on days.date_day between known.known_from and known.known_until
left join periods
    on
        known.zone_code = periods.zone_code
        and days.date_day between periods.starts_on and periods.ends_on
group by known.zone_code, days.date_day
