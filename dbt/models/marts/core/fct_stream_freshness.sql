-- Which months wait otherwise because a stream is read further: macros/warehouse/begin_run.sql.
with
-- The newest night that anything is known of: a failed night has happened too.
newest as (
    select max(night_on) as night_on
    from (
        select night_on from {{ ref('stg_lake__reconciliation') }}
        union all
        select night_on from {{ ref('stg_lake__failure') }}
    )
),

landed as (
    select
        source_id,
        stream,
        max(night_on) filter (where verdict = 'accepted') as last_accepted_night_on,
        max(max_record_on) filter (where verdict = 'accepted') as last_record_on,
        max(night_on) filter (where verdict = 'held') as last_held_night_on,
        max_by({{ join_texts('reasons', ', ') }}, night_on) filter (where verdict = 'held' and reasons is not null) as last_held_reason
    from {{ ref('stg_lake__reconciliation') }}
    group by source_id, stream
),

-- Enabled in comptoir.yml, or known to the lake: a source that was switched off still shows how old its figures are.
listed as (
    select contract.*
    from {{ ref('source_stream') }} as contract
    where
        contract.source_id in (select source_id from {{ source('lake', 'enabled_source') }})
        or contract.source_id in (select source_id from {{ ref('stg_lake__reconciliation') }})
)

select
    listed.source_id,
    listed.stream,
    listed.source_title,
    listed.family,
    listed.re_read_days,
    landed.last_accepted_night_on,
    {{ data_through(
        'listed.domain', 'landed.last_accepted_night_on', 'coalesce(landed.last_record_on, annual.last_record_on)'
    ) }} as data_through_on,
    cast({{ dbt.datediff('landed.last_accepted_night_on', 'newest.night_on', 'day') }} as integer) as stale_nights,
    coalesce(
        landed.last_held_night_on > landed.last_accepted_night_on,
        landed.last_held_night_on is not null
    ) as is_held,
    landed.last_held_reason
from listed
cross join newest
left join landed on listed.source_id = landed.source_id and listed.stream = landed.stream
-- The lake dates records by day and by month; those of a year it leaves undated.
left join {{ ref('int_annual_record') }} as annual on listed.source_id = annual.source_id and listed.stream = annual.stream
