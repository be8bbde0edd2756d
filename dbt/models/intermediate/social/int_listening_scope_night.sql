-- What each accepted night is known to have asked for. An account was asked for when its snapshot is there, even if it had nothing to show;
-- a query only when it showed something, since nothing in the lake tells a silent query from one that was not asked. Another version of a
-- query asks for something else: what it does not show may still be there.
select
    source_id,
    stream,
    scope_key,
    query_version,
    night_on
from {{ ref('int_post_seen') }}
union
select
    source_id,
    stream,
    account_key as scope_key,
    null as query_version,
    night_on
from {{ ref('int_account_night') }}
