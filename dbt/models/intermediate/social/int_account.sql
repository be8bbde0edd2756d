-- The latest that the accepted nights say of each watched account.
select
    account_key,
    source_id,
    author_id,
    territory_id,
    is_bot,
    created_at,
    min(night_on) over (partition by account_key) as first_seen_night_on,
    night_on as last_seen_night_on
from {{ ref('stg_mastodon__accounts') }}
qualify row_number() over (partition by account_key order by night_on desc, source_id asc) = 1
