-- Days of metropolitan France that the same weekday of another year is not like: fixed public holidays, the weekends of Easter, Ascension
-- Day and Whitsun, and the working day that joins a fixed holiday to a weekend (a bridge). A day that is several is the first of these.
with
public_holidays as (
    select *
    from {{ ref('public_holidays') }}
    where zone_code = 'metropole'
),

fixed_holidays as (
    select
        holiday_on,
        {{ month_and_day('holiday_on') }} as day_code,
        extract(year from holiday_on) as event_year
    from public_holidays
    where not is_movable
),

special as (
    select
        holiday_on as date_on,
        'fixed_holiday' as special_kind,
        day_code,
        event_year,
        1 as priority
    from fixed_holidays
    union all
    -- Good Friday to Easter Monday, Ascension Day to its Sunday, Whit Saturday to Whit Monday
    select
        cast(holiday_on - 1 + offsets.offset_days as date) as date_on,
        'movable_feast' as special_kind,
        'easter ' || offsets.offset_days as day_code,
        extract(year from holiday_on) as event_year,
        2 as priority
    from public_holidays
    cross join (values (-2), (-1), (0), (1), (39), (40), (41), (42), (48), (49), (50)) as offsets (offset_days)
    where holiday_name_fr = 'Lundi de Pâques'
    union all
    select
        cast(holiday_on + case {{ iso_weekday('holiday_on') }} when 2 then -1 else 1 end as date) as date_on,
        'bridge' as special_kind,
        'bridge ' || day_code as day_code,
        event_year,
        3 as priority
    from fixed_holidays
    where {{ iso_weekday('holiday_on') }} in (2, 4)
)

select
    date_on,
    special_kind,
    day_code,
    cast(event_year as integer) as event_year,
    bool_or(special_kind = 'movable_feast') over (partition by date_on) as is_movable_feast
from special
qualify row_number() over (partition by date_on order by priority, day_code) = 1
