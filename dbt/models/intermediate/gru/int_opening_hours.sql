{{ config(materialized='table') }}
-- The open intervals of each schedule in UTC, with the open seconds before each. A schedule is open when the clock on its wall says so: on
-- the night of October an hour of 02:00 to 03:00 counts twice, on that of March not at all.
with
versions as (
    select
        *,
        lead(valid_from) over (partition by schedule_id order by valid_from) as valid_until
    from (
        select distinct
            schedule_id,
            time_zone,
            holiday_zone_code,
            valid_from
        from {{ ref('stg_lake__schedule_hours') }}
    )
),

-- Only the days on which a version is in force and no public holiday closes it.
working_days as (
    select
        versions.schedule_id,
        versions.valid_from,
        days.date_on,
        -- 1900-01-01 was a Monday.
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'days.date_on', 'day') }}, 7) + 1 as day_of_week,
        days.offset_minutes,
        days.next_offset_minutes,
        days.shifts_at
    from versions
    inner join {{ ref('int_zone_day') }} as days
        on
            versions.time_zone = days.time_zone
            and versions.valid_from <= days.date_on
            and (versions.valid_until is null or versions.valid_until > days.date_on)
    where
        versions.holiday_zone_code = 'none'
        or not exists (
            select 1
            from {{ ref('public_holidays') }} as holidays
            where holidays.zone_code in ('metropole', versions.holiday_zone_code) and holidays.holiday_on = days.date_on
        )
),

ranges as (
    select
        days.schedule_id,
        days.offset_minutes,
        days.next_offset_minutes,
        days.shifts_at,
        {{ dbt.dateadd('minute', 'hours.opens_minute', 'cast(days.date_on as timestamp)') }} as opens_local,
        {{ dbt.dateadd('minute', 'hours.closes_minute', 'cast(days.date_on as timestamp)') }} as closes_local
    from working_days as days
    inner join {{ ref('stg_lake__schedule_hours') }} as hours
        on
            days.schedule_id = hours.schedule_id
            and days.valid_from = hours.valid_from
            and days.day_of_week = hours.day_of_week
),

-- On a day on which the clock shifts, a range is read with one distance from UTC before the shift and with the other after it.
openings as (
    select
        schedule_id,
        {{ dbt.dateadd('minute', '-offset_minutes', 'opens_local') }} as opens_at,
        least({{ dbt.dateadd('minute', '-offset_minutes', 'closes_local') }}, shifts_at) as closes_at
    from ranges
    union all
    select
        schedule_id,
        greatest({{ dbt.dateadd('minute', '-next_offset_minutes', 'opens_local') }}, shifts_at) as opens_at,
        {{ dbt.dateadd('minute', '-next_offset_minutes', 'closes_local') }} as closes_at
    from ranges
    where shifts_at is not null
),

-- Nothing is known before a schedule's first day, nor after the calendar's last.
marks as (
    select
        schedule_id,
        opens_at,
        closes_at,
        false as is_end
    from openings
    where opens_at < closes_at
    union all
    select
        versions.schedule_id,
        min(days.starts_at) as opens_at,
        min(days.starts_at) as closes_at,
        false as is_end
    from versions
    inner join {{ ref('int_zone_day') }} as days on versions.time_zone = days.time_zone and versions.valid_from <= days.date_on
    group by versions.schedule_id
    union all
    select
        versions.schedule_id,
        {{ dbt.dateadd('day', 1, 'max(days.starts_at)') }} as opens_at,
        {{ dbt.dateadd('day', 1, 'max(days.starts_at)') }} as closes_at,
        true as is_end
    from versions
    inner join {{ ref('int_zone_day') }} as days on versions.time_zone = days.time_zone
    group by versions.schedule_id
),

counted as (
    select
        *,
        {{ dbt.datediff('opens_at', 'closes_at', 'second') }} as open_seconds
    from marks
    qualify row_number() over (partition by schedule_id, opens_at order by closes_at desc) = 1
)

select
    schedule_id,
    opens_at,
    closes_at,
    case
        when not is_end
            then cast(sum(open_seconds) over (partition by schedule_id order by opens_at) - open_seconds as bigint)
    end as open_seconds_before
from counted
