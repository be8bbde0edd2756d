-- How far each source of cases has been read, and how long it shows a case. Where a night shows only what changed, an open case is open
-- until then; elsewhere a case is shown for the days that are read again, and counts in the stock as long. Where closings are not published
-- either, nobody knows what was open before the first night; where no status is, what is open at all,
-- closings or not: a case without one is not known to be open.
select
    contract.source_id,
    contract.is_changes_only,
    case when not contract.is_changes_only then cast(contract.re_read_days as integer) end as shown_days,
    case when not contract.is_changes_only and not contract.is_closing_reported then min(landed.night_on) end as stock_known_from_on,
    contract.is_status_reported,
    max(landed.night_on) as last_night_on
from {{ ref('source_stream') }} as contract
inner join {{ ref('stg_lake__reconciliation') }} as landed
    on contract.source_id = landed.source_id and contract.stream = landed.stream and landed.verdict = 'accepted'
where contract.family in ('opendatasoft', 'open311', 'publik') and contract.stream in ('reports', 'requests', 'forms')
group by
    contract.source_id, contract.is_changes_only, contract.is_closing_reported, contract.is_status_reported, contract.re_read_days
