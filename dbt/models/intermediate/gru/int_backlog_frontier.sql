{%- set streams = ['reports', 'requests', 'forms'] %}
-- How far open cases reached before, and reach now; a run that stopped half-way may have gone as far as a night that is gone.
select
    read_to.source_id,
    read_to.is_changes_only,
    read_to.shown_days,
    read_to.stock_known_from_on,
    case when read_to.stock_known_from_on is not null then loaded_file.first_night_on end as stock_known_before_from_on,
    read_to.last_night_on + 1 as until_on,
    coalesce(loaded_file.last_night_on, read_to.last_night_on) + 1 as until_before_on,
    greatest(read_to.last_night_on, loaded_file.last_night_on, pending_file.last_night_on) + 1 as furthest_on
from {{ ref('int_request_frontier') }} as read_to
{% for nights in ['loaded_file', 'pending_file'] -%}
left join (
    select
        source_id,
        min(night_on) as first_night_on,
        max(night_on) as last_night_on
    from {{ source('lake', nights) }}
    where stream in ('{{ streams | join("', '") }}')
    group by source_id
) as {{ nights }} on read_to.source_id = {{ nights }}.source_id
{% endfor %}
