-- Which establishments each accepted night asked for the reviews of: those that it showed a review of, and those whose own snapshot came
-- the same night, although there may have been no review to show.
{%- set snapshots = [('stg_google_business__locations', 'reviews'), ('stg_facebook__accounts', 'ratings')] %}
select
    source_id,
    stream,
    account_key,
    night_on
from {{ ref('int_review_seen') }}
{%- for snapshot, stream in snapshots %}
union
select
    snapshot.source_id,
    landed.stream,
    snapshot.account_key,
    snapshot.night_on
from {{ ref(snapshot) }} as snapshot
inner join {{ ref('stg_lake__reconciliation') }} as landed
    on
        snapshot.source_id = landed.source_id
        and snapshot.night_on = landed.night_on
        and landed.stream = '{{ stream }}'
        and landed.verdict = 'accepted'
{%- endfor %}
