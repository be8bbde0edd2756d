{{ config(materialized='table') }}
-- When each day of a time zone begins, and how far its wall clock is from UTC: one distance on most days, two on the days when it shifts.
{% set starts_on = var('calendar_starts_on', '1990-01-01') %}
{% set ends_before = var('calendar_ends_before', '2031-01-01') %}
with
zones as (
    select distinct time_zone
    from {{ ref('stg_lake__schedule_hours') }}
),

spine as (
    {{ dbt.date_spine('day', "cast('" ~ starts_on ~ "' as date)", "cast('" ~ ends_before ~ "' as date)") }}
),

days as (
    select
        zones.time_zone,
        cast(spine.date_day as date) as date_on,
        {{ utc_of_local('cast(spine.date_day as timestamp)', 'zones.time_zone') }} as starts_at
    from spine
    cross join zones
),

bounds as (
    select
        time_zone,
        date_on,
        starts_at,
        {{ dbt.datediff('starts_at', local_of_utc('starts_at', 'time_zone'), 'minute') }} as offset_minutes
    from days
),

following as (
    select
        *,
        lead(offset_minutes) over (partition by time_zone order by date_on) as next_offset_minutes
    from bounds
),

-- Clocks shift on an hour.
shifts as (
    select
        following.time_zone,
        following.date_on,
        min({{ dbt.dateadd('hour', 'hours.hour_number', 'following.starts_at') }}) as shifts_at
    from following
    cross join {{ number_series(1, 24, 'hour_number') }} as hours
    where
        following.offset_minutes <> following.next_offset_minutes
        and {{ dbt.datediff(
            dbt.dateadd('hour', 'hours.hour_number', 'following.starts_at'),
            local_of_utc(dbt.dateadd('hour', 'hours.hour_number', 'following.starts_at'), 'following.time_zone'),
            'minute'
        ) }} = following.next_offset_minutes
    group by following.time_zone, following.date_on
)

select
    following.time_zone,
    following.date_on,
    following.starts_at,
    following.offset_minutes,
    following.next_offset_minutes,
    shifts.shifts_at
from following
left join shifts on following.time_zone = shifts.time_zone and following.date_on = shifts.date_on
where following.next_offset_minutes is not null
