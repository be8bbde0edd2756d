-- What a month's calendar is made of, and which months of the year before its figures compare with.
{% set zones = ['zone_a', 'zone_b', 'zone_c'] %}
{% set countries = ['de', 'nl', 'be', 'ch'] %}
with
months as (
    select
        month_on,
        cast(min(year_number) as integer) as year_number,
        cast(extract(month from month_on) as integer) as month_number,
        cast(count(*) as integer) as days_count,
        cast(count(*) filter (where is_weekend) as integer) as weekend_days_count,
        cast(count(*) filter (where is_public_holiday_metropole) as integer) as public_holidays_count,
        cast(count(*) filter (where is_bridge) as integer) as bridge_days_count,
        cast(count(*) filter (where is_weekend or is_public_holiday_metropole or is_bridge) as integer) as days_off_count,
        cast(count(*) filter (where is_movable_feast) as integer) as movable_feast_days_count,
        {% for zone in zones -%}
        case
            when count(is_school_holiday_{{ zone }}) = count(*)
                then cast(count(*) filter (where is_school_holiday_{{ zone }}) as integer)
        end as school_holiday_days_{{ zone }}_count,
        {% endfor -%}
        {% for country in countries -%}
        case
            when count(school_holiday_area_share_{{ country }}) = count(*)
                then {{ exact_sum('school_holiday_area_share_' ~ country) }} / count(*)
        end as school_holiday_area_share_{{ country }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('dim_date') }}
    group by month_on
)

select
    months.*,
    months.days_off_count / cast(months.days_count as double) as days_off_share,
    months.days_off_count - before.days_off_count as days_off_difference,
    {{ comparison_months('months.month_number', 'months.movable_feast_days_count', 'before.movable_feast_days_count') }}
        as comparison_months_count
from months
left join months as before on months.month_on = {{ add_months('before.month_on', 12) }}
