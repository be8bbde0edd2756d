-- After the facts: int_account_changed reads here what they were last resolved with.
{%- set facts = {'fct_post': 'posted_on', 'fct_comment': 'posted_on', 'fct_mention': 'posted_on', 'fct_account_day': 'day_on'} %}
{%- set known = as_last_built('dim_account') %}
-- Every account that the facts named is here already. As long as each of them has snapshots, only what this run replaced can name another.
{%- set is_partial = known and not has_rows(
    'select account_key from ' ~ known ~ ' where account_key not in (select account_key from ' ~ ref('int_account_version') ~ ')'
) %}
-- depends_on: {{ source('lake', 'touched_month') }}
with
newest as (
    select
        source_id,
        max(night_on) as night_on
    from {{ ref('stg_lake__reconciliation') }}
    where stream = 'accounts' and verdict = 'accepted'
    group by source_id
),

versions as (
    select
        account_key,
        valid_from_on,
        valid_to_on,
        source_id,
        channel_code,
        author_id,
        territory_id,
        is_bot,
        created_at,
        last_seen_night_on
    from {{ ref('int_account_version') }}
),

-- What the facts name before a first snapshot: theirs may be refused while the posts are not.
named as (
    {% for fact, day in facts.items() -%}
    select
        account_key,
        source_id,
        channel_code,
        {{ day }} as day_on
    from {{ ref(fact) }}
    where {{ in_touched_months([fact], 'month_on', when=is_partial) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

inferred as (
    select
        account_key,
        min(day_on) as valid_from_on,
        min(source_id) as source_id,
        min(channel_code) as channel_code
    from named
    where account_key is not null and account_key not in (select account_key from versions)
    group by account_key
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
    coalesce(account.last_seen_night_on = newest.night_on, false) as is_watched,
    account.last_seen_night_on is null as is_inferred
from (
    select * from versions
    union all by name
    select * from inferred
) as account
left join newest on account.source_id = newest.source_id
