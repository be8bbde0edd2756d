-- The history of each watched account: a version lasts until a snapshot says something else, and the day of the change belongs to the new
-- one.
{%- set history = ['author_id', 'territory_id', 'is_bot', 'created_at'] %}
with
snapshots as (
    select *
    from {{ ref('int_account_snapshot') }}
    qualify row_number() over (partition by account_key, night_on order by source_id) = 1
),

-- A platform that says nothing of a fact one night has not changed it.
known as (
    select
        account_key,
        night_on,
        channel_code,
        source_id,
        author_id,
        territory_id,
        last_value(is_bot ignore nulls) over earlier as is_bot,
        last_value(created_at ignore nulls) over earlier as created_at
    from snapshots
    window earlier as (partition by account_key order by night_on)
),

changes as (
    select
        *,
        {% for column in history -%}
        lag({{ column }}) over in_order as previous_{{ column }},
        {% endfor -%}
        lag(night_on) over in_order as previous_night_on
    from known
    window in_order as (partition by account_key order by night_on)
),

numbered as (
    select
        *,
        sum(
            case
                when
                    previous_night_on is null
                    {% for column in history -%}
                    or {{ column }} is distinct from previous_{{ column }}
                    {% endfor -%}
                    then 1
                else 0
            end
        ) over (partition by account_key order by night_on) as version_number
    from changes
),

versions as (
    select
        account_key,
        version_number,
        min(night_on) as valid_from_on,
        {{ last_known('channel_code', 'night_on') }} as channel_code,
        {{ last_known('source_id', 'night_on') }} as source_id,
        {{ last_known('author_id', 'night_on') }} as author_id,
        {{ last_known('territory_id', 'night_on') }} as territory_id,
        {{ last_known('is_bot', 'night_on') }} as is_bot,
        {{ last_known('created_at', 'night_on') }} as created_at,
        max(night_on) as last_seen_night_on
    from numbered
    group by account_key, version_number
)

select
    account_key,
    channel_code,
    source_id,
    author_id,
    territory_id,
    is_bot,
    created_at,
    valid_from_on,
    lead(valid_from_on) over (partition by account_key order by version_number) as valid_to_on,
    version_number = 1 as is_first,
    last_seen_night_on
from versions
