-- What each accepted night is known to have asked for. An account was asked for when its snapshot is there, even if it had no post to show;
-- a query only when it showed something, since nothing in the lake tells a silent query from one that was not asked.
select
    source_id,
    stream,
    scope_key,
    night_on
from {{ ref('int_post_seen') }}
union
select
    account.source_id,
    landed.stream,
    account.account_key as scope_key,
    account.night_on
from {{ ref('stg_mastodon__accounts') }} as account
inner join {{ ref('stg_lake__reconciliation') }} as landed
    on
        account.source_id = landed.source_id
        and account.night_on = landed.night_on
        and landed.stream = 'statuses'
        and landed.verdict = 'accepted'
