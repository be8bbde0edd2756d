-- The comparable day of the year before. A special day compares with the same one (Easter Saturday with Easter Saturday, a bridge of
-- 15 August with that bridge, if there was one); any other day with the nearest same weekday about a year before that was no special day.
{%- set shifts = [364, 371, 357, 378, 350] %}
with
days as (
    {{ dbt.date_spine(
        'day',
        "cast('" ~ var('calendar_starts_on', '1990-01-01') ~ "' as date)",
        "cast('" ~ var('calendar_ends_before', '2031-01-01') ~ "' as date)"
    ) }}
),

special_days as (
    select * from {{ ref('int_calendar_special_day') }}
),

judged as (
    select
        cast(days.date_day as date) as date_on,
        today.special_kind,
        coalesce(today.is_movable_feast, false) as is_movable_feast,
        today.day_code,
        same_day.date_on as same_day_on
    from days
    left join special_days as today on cast(days.date_day as date) = today.date_on
    left join special_days as same_day on today.day_code = same_day.day_code and today.event_year = same_day.event_year + 1
),

candidates as (
    select
        judged.date_on,
        cast(judged.date_on - shift.days_count as date) as candidate_on,
        shift.position
    from judged
    cross join (
        {% for days_count in shifts -%}
        select {{ days_count }} as days_count, {{ loop.index }} as position {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as shift
    where judged.special_kind is null
),

ordinary as (
    select
        candidates.date_on,
        min_by(candidates.candidate_on, candidates.position) as comparable_on
    from candidates
    left join special_days on candidates.candidate_on = special_days.date_on
    where special_days.date_on is null
    group by candidates.date_on
)

select
    judged.date_on,
    judged.special_kind,
    judged.is_movable_feast,
    coalesce(judged.same_day_on, ordinary.comparable_on) as comparable_on
from judged
left join ordinary on judged.date_on = ordinary.date_on
