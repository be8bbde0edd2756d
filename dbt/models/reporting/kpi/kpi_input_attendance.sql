-- Sites that count by month or by day; a year or a quarter is of no month.
select
    source_id,
    'visits' as stream,
    territory_id,
    month_on,
    place_id,
    total_entries_count,
    null_reason,
    false as is_provisional
from {{ ref('fct_attendance') }}
where period_grain in ('month', 'day') and territory_id is not null
