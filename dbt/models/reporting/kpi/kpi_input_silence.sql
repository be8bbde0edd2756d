-- The figures of a quarter, shown in each of its months that has begun to be observed.
with
months as (
    select distinct month_on
    from {{ ref('dim_date') }}
)

select
    silence.territory_id,
    months.month_on,
    cast(silence.silent_communes_count as double) / silence.communes_count as silent_share,
    silence.communes_count,
    cast(null as varchar) as null_reason,
    silence.is_provisional
from {{ ref('fct_territory_silence') }} as silence
inner join months on months.month_on between silence.quarter_on and silence.last_month_on
