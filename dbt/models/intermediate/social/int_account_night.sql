-- The streams that each accepted night asked for each account: those accepted with its snapshot, even if they had nothing to show.
select
    account.source_id,
    landed.stream,
    account.account_key,
    account.night_on
from {{ ref('int_account_snapshot') }} as account
inner join {{ ref('stg_lake__reconciliation') }} as landed
    on
        account.source_id = landed.source_id
        and account.night_on = landed.night_on
        and landed.stream in ('statuses', 'posts', 'mentions', 'comments')
        and landed.verdict = 'accepted'
