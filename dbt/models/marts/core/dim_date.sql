-- Variables so that a unit test can look at one week; production uses the whole span.
{% set starts_on = var('calendar_starts_on', '1990-01-01') %}
{% set ends_before = var('calendar_ends_before', '2031-01-01') %}
{% set local_zones = [
    'alsace_moselle', 'guadeloupe', 'martinique', 'guyane', 'la_reunion', 'mayotte', 'saint_barthelemy',
    'saint_martin', 'saint_pierre_et_miquelon', 'polynesie_francaise', 'nouvelle_caledonie', 'wallis_et_futuna'
] %}
{% set school_zones = ['A', 'B', 'C'] %}
{% set countries = ['DE', 'NL', 'BE', 'CH', 'UK'] %}
{% set countries_with_schools = ['DE', 'NL', 'BE', 'CH'] %}

with public_holidays as (

    select * from {{ ref('public_holidays') }}

),

holidays_abroad as (

    select * from {{ ref('public_holidays_abroad') }}

),

school_days as (

    select * from {{ ref('int_calendar_school_day') }}

),

comparable_days as (

    select * from {{ ref('int_calendar_comparable_day') }}

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

local_holidays as (

    select
        holiday_on,
        {% for zone in local_zones %}
        count(case when zone_code = '{{ zone }}' then 1 end) as {{ zone }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from public_holidays
    group by holiday_on

),

days_off_abroad as (

    select
        holiday_on,
        {% for country in countries %}
        count(case when country_code = '{{ country }}' then 1 end) as {{ country | lower }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from holidays_abroad
    group by holiday_on

),

schools as (

    select
        date_on,
        {% for zone in school_zones + countries_with_schools %}
        max(case when zone_code = '{{ zone }}' then off_share end) as {{ zone | lower }}_share{{ ',' if not loop.last }}
        {% endfor %}
    from school_days
    group by date_on

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
    coalesce(comparable_days.special_kind = 'bridge', false) as is_bridge,
    comparable_days.is_movable_feast,
    {% for zone in school_zones %}
    schools.{{ zone | lower }}_share = 1 as is_school_holiday_zone_{{ zone | lower }},
    {% endfor %}
    {% for country in countries %}
    coalesce(days_off_abroad.{{ country | lower }}_count > 0, false) as is_public_holiday_{{ country | lower }},
    {% endfor %}
    {% for country in countries_with_schools %}
    schools.{{ country | lower }}_share as school_holiday_area_share_{{ country | lower }},
    {% endfor %}
    comparable_days.comparable_on
from weeks
left join national_holidays on weeks.date_on = national_holidays.holiday_on
left join local_holidays on weeks.date_on = local_holidays.holiday_on
left join days_off_abroad on weeks.date_on = days_off_abroad.holiday_on
left join schools on weeks.date_on = schools.date_on
left join comparable_days on weeks.date_on = comparable_days.date_on
