{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['account_key', 'day_on'],
    on_schema_change='fail', meta={'affected_by': 'int_account_day_affected'}
) }}
{%- set metrics = ['followers', 'following', 'posts', 'views', 'reach'] %}
-- depends_on: {{ ref('int_account_day_affected') }}
with
seen as (
    select *
    from {{ ref('int_account_day_seen') }}
    {% if is_incremental() %}
    where
        (account_key, day_on) in (select (account_key, day_on) from {{ ref('int_account_day_affected') }})
        and night_on >= {{ literal_floor(ref('int_account_day_affected'), 'day_on') }}
    {% endif %}
),

-- The snapshot of the day itself, else the newest insight: an answer without data never replaces a figure.
days as (
    select
        account_key,
        day_on,
        month_on,
        {{ ordered('first', 'source_id', 'night_on, source_id') }} as source_id,
        {{ ordered('first', 'channel_code', 'night_on, source_id') }} as channel_code,
        {{ first_known('territory_id', 'night_on, source_id') }} as territory_id,
        bool_or(is_snapshot) as has_snapshot,
        bool_or(is_followers_count_hidden) as is_followers_count_hidden,
        {% for metric in metrics %}
        {{ first_known(metric ~ '_count', 'is_snapshot desc, night_on desc, source_id') }} as {{ metric }}_count,
        {% endfor %}
        min(night_on) as first_seen_night_on,
        max(night_on) as last_seen_night_on
    from seen
    group by account_key, day_on, month_on
)

select
    account_key,
    day_on,
    month_on,
    source_id,
    channel_code,
    territory_id,
    {% for metric in metrics %}
    {{ metric }}_count,
    case
        when {{ metric }}_count is not null then null
        {% if metric == 'followers' %}
        when is_followers_count_hidden then 'hidden'
        {% endif %}
        {% if metric in ['followers', 'following', 'posts'] %}
        when not has_snapshot then coalesce({{ metric_null_reason('days.channel_code', metric, 'days.day_on') }}, 'not_observed')
        {% endif %}
        else {{ missing_reason('days.channel_code', metric, 'days.day_on', is_own='true') }}
    end as {{ metric }}_null_reason,
    {% endfor %}
    first_seen_night_on,
    last_seen_night_on,
    case when has_snapshot then day_on else last_seen_night_on end as source_night_on
from days
