-- What each accepted night is known to have asked for. An account was asked for when its snapshot is there, even if it had nothing to show;
-- a query only when it showed something, since nothing in the lake tells a silent query from one that was not asked.
select
    source_id,
    stream,
    scope_key,
    night_on
from {{ ref('int_post_seen') }}
union
select
    source_id,
    stream,
    account_key as scope_key,
    night_on
from {{ ref('int_account_night') }}
