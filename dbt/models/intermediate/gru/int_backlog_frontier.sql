{%- set streams = ['reports', 'requests', 'forms'] %}
-- How far open cases reached before, and reach now; a run that stopped half-way may have gone as far as a night that is gone.
select
    read_to.source_id,
    read_to.is_changes_only,
    read_to.shown_days,
    read_to.last_night_on + 1 as until_on,
    coalesce(before.last_night_on, read_to.last_night_on) + 1 as until_before_on,
    greatest(read_to.last_night_on, before.last_night_on, pending.last_night_on) + 1 as furthest_on
from {{ ref('int_request_frontier') }} as read_to
left join (
    select
        source_id,
        max(night_on) as last_night_on
    from {{ source('lake', 'loaded_file') }}
    where stream in ('{{ streams | join("', '") }}')
    group by source_id
) as before on read_to.source_id = before.source_id
left join (
    select
        source_id,
        max(night_on) as last_night_on
    from {{ source('lake', 'pending_file') }}
    where stream in ('{{ streams | join("', '") }}')
    group by source_id
) as pending on read_to.source_id = pending.source_id
