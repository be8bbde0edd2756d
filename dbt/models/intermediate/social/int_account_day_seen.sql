-- What nights show of an account's days: a snapshot speaks of its own night, an insight of a day before.
select
    account_key,
    night_on as day_on,
    {{ month_of('night_on') }} as month_on,
    night_on,
    source_id,
    channel_code,
    territory_id,
    true as is_snapshot,
    followers_count,
    is_followers_count_hidden,
    following_count,
    posts_count,
    cast(null as bigint) as views_count,
    cast(null as bigint) as reach_count
from {{ ref('int_account_snapshot') }}

union all

select
    account_key,
    day_on,
    {{ month_of('day_on') }} as month_on,
    night_on,
    source_id,
    channel_code,
    territory_id,
    false as is_snapshot,
    followers_count,
    false as is_followers_count_hidden,
    cast(null as bigint) as following_count,
    cast(null as bigint) as posts_count,
    views_count,
    reach_count
from {{ ref('int_account_insight') }}
