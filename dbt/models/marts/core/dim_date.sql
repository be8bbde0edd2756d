-- Variables so that a unit test can look at one week; production uses the whole span.
{% set starts_on = var('calendar_starts_on', '1990-01-01') %}
{% set ends_before = var('calendar_ends_before', '2031-01-01') %}
{% set local_zones = [
    'alsace_moselle', 'guadeloupe', 'martinique', 'guyane', 'la_reunion', 'mayotte', 'saint_barthelemy',
    'saint_martin', 'saint_pierre_et_miquelon', 'polynesie_francaise', 'nouvelle_caledonie', 'wallis_et_futuna'
] %}
{% set school_zones = ['A', 'B', 'C'] %}

with public_holidays as (

    select * from {{ ref('public_holidays') }}

),

school_holidays as (

    select * from {{ ref('school_holidays') }}

),

spine as (

    {{ dbt.date_spine('day', "cast('" ~ starts_on ~ "' as date)", "cast('" ~ ends_before ~ "' as date)") }}

),

days as (

    select
        cast(date_day as date) as date_on,
        -- 1900-01-01 was a Monday.
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'date_day', 'day') }}, 7) + 1 as day_of_week
    from spine

),

weeks as (

    -- The ISO week belongs to the year of its Thursday.
    select
        date_on,
        day_of_week,
        cast({{ dbt.dateadd('day', '4 - day_of_week', 'date_on') }} as date) as thursday_on
    from days

),

national_holidays as (

    -- Two holidays can fall on one day: 1 May 2008 was also Ascension Day.
    select
        holiday_on,
        min(case when not is_movable then holiday_name_fr end) as fixed_name_fr,
        min(case when is_movable then holiday_name_fr end) as movable_name_fr
    from public_holidays
    where zone_code = 'metropole'
    group by holiday_on

),

movable_holidays as (

    select
        holiday_name_fr,
        holiday_on,
        extract(year from holiday_on) as year_number
    from public_holidays
    where zone_code = 'metropole' and is_movable

),

local_holidays as (

    select
        holiday_on,
        {% for zone in local_zones %}
        count(case when zone_code = '{{ zone }}' then 1 end) as {{ zone }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from public_holidays
    group by holiday_on

),

known_school_calendars as (

    select
        zone_code,
        min(starts_on) as known_from,
        max(ends_on) as known_until
    from school_holidays
    group by zone_code

),

school_days_off as (

    select
        days.date_on,
        known_school_calendars.zone_code,
        count(school_holidays.zone_code) > 0 as is_off
    from days
    inner join known_school_calendars
        on days.date_on between known_school_calendars.known_from and known_school_calendars.known_until
    left join school_holidays
        on
            known_school_calendars.zone_code = school_holidays.zone_code
            and days.date_on between school_holidays.starts_on and school_holidays.ends_on
    group by days.date_on, known_school_calendars.zone_code

)

select
    weeks.date_on,
    cast(extract(year from weeks.date_on) as integer) as year_number,
    cast({{ dbt.date_trunc('month', 'weeks.date_on') }} as date) as month_on,
    cast(extract(year from weeks.thursday_on) as integer) as iso_year,
    cast(
        floor({{ dbt.datediff(dbt.date_trunc('year', 'weeks.thursday_on'), 'weeks.thursday_on', 'day') }} / 7) + 1
        as integer
    ) as iso_week,
    cast(weeks.day_of_week as integer) as day_of_week,
    weeks.day_of_week >= 6 as is_weekend,
    national_holidays.holiday_on is not null as is_public_holiday_metropole,
    case
        when national_holidays.fixed_name_fr is null then national_holidays.movable_name_fr
        when national_holidays.movable_name_fr is null then national_holidays.fixed_name_fr
        else national_holidays.fixed_name_fr || ' et ' || national_holidays.movable_name_fr
    end as public_holiday_name_fr,
    {% for zone in local_zones %}
    national_holidays.holiday_on is not null
    or coalesce(local_holidays.{{ zone }}_count > 0, false) as is_public_holiday_{{ zone }},
    {% endfor %}
    {% for zone in school_zones %}
    school_zone_{{ zone | lower }}.is_off as is_school_holiday_zone_{{ zone | lower }},
    {% endfor %}
    cast(
        case
            when national_holidays.fixed_name_fr is not null
                then {{ dbt.dateadd('year', -1, 'weeks.date_on') }}
            when holiday_of_year_before.holiday_on is not null then holiday_of_year_before.holiday_on
            else {{ dbt.dateadd('day', -364, 'weeks.date_on') }}
        end as date
    ) as comparable_on
from weeks
left join national_holidays
    on weeks.date_on = national_holidays.holiday_on
left join movable_holidays as holiday_of_year_before
    on
        national_holidays.movable_name_fr = holiday_of_year_before.holiday_name_fr
        and extract(year from weeks.date_on) = holiday_of_year_before.year_number + 1
left join local_holidays
    on weeks.date_on = local_holidays.holiday_on
{% for zone in school_zones %}
left join school_days_off as school_zone_{{ zone | lower }}
    on
        weeks.date_on = school_zone_{{ zone | lower }}.date_on
        and school_zone_{{ zone | lower }}.zone_code = '{{ zone }}'
{% endfor %}
