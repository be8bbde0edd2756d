with
newest as (
    select
        source_id,
        max(night_on) as night_on
    from {{ ref('stg_lake__reconciliation') }}
    where stream = 'accounts' and verdict = 'accepted'
    group by source_id
)

select
    account.account_key,
    account.source_id,
    'mastodon' as channel_code,
    account.author_id,
    account.territory_id,
    account.is_bot,
    account.created_at,
    account.first_seen_night_on,
    account.last_seen_night_on,
    account.last_seen_night_on = newest.night_on as is_current
from {{ ref('int_account') }} as account
left join newest on account.source_id = newest.source_id
