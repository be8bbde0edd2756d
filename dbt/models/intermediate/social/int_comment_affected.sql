{{ config(materialized='table') }}
{%- set comments = as_last_built('fct_comment') %}
{%- set streams = ['accounts', 'posts', 'comments'] %}
-- depends_on: {{ ref('int_comment_seen') }} {{ ref('int_account_changed') }} {{ ref('source_stream') }}
-- depends_on: {{ source('lake', 'pending_file') }}
{%- if comments %}
with
{{ affected_in_window(
    fact=comments, seen=ref('int_comment_seen'), key='comment_id', streams=streams, content=['comments']
) }},

-- Comments that these answer, or answered.
of_answers as (
    select
        comment_id,
        month_on,
        first_seen_night_on
    from {{ comments }}
    where
        posted_on >= {{ oldest_day_in_windows(streams, ['comments']) }} - {{ answer_days() }}
        and comment_id in (
            select reply_to_id
            from {{ ref('int_comment_seen') }}
            where
                {{ is_pending(streams) }}
            union
            select known_reply_to_id
            from windowed
        )
),

{{ of_changed_accounts(comments, 'comment_id', ['account_key', 'author_id']) }}

select
    comment_id,
    month_on,
    min(earliest_night_on) as earliest_night_on
from (
    select
        comment_id,
        month_on,
        earliest_night_on
    from windowed
    union all
    select * from of_answers
    union all
    select * from of_changed_accounts
    {{ left_unfinished(['comment_id', 'month_on', 'earliest_night_on']) }}
)
group by comment_id, month_on
{%- else %}
select
    comment_id,
    month_on,
    night_on as earliest_night_on
from {{ ref('int_comment_seen') }}
where false
{%- endif %}
