-- How far each source of cases has been read. Where a night shows only what changed, an open case is open until then.
select
    contract.source_id,
    contract.is_changes_only,
    max(landed.night_on) as last_night_on
from {{ ref('source_stream') }} as contract
inner join {{ ref('stg_lake__reconciliation') }} as landed
    on contract.source_id = landed.source_id and contract.stream = landed.stream and landed.verdict = 'accepted'
where contract.family in ('opendatasoft', 'open311', 'publik') and contract.stream in ('reports', 'requests', 'forms')
group by contract.source_id, contract.is_changes_only
