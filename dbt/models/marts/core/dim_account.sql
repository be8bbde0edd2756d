-- depends_on: {{ ref('fct_post') }} {{ ref('fct_comment') }}
-- After the facts: int_account_changed reads here what they were last resolved with.
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
    account.valid_from_on,
    account.valid_to_on,
    account.valid_to_on is null as is_current,
    account.source_id,
    account.channel_code,
    account.author_id,
    account.territory_id,
    account.is_bot,
    account.created_at,
    account.last_seen_night_on,
    account.last_seen_night_on = newest.night_on as is_watched
from {{ ref('int_account_version') }} as account
left join newest on account.source_id = newest.source_id
