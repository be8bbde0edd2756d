{#-
    Records that a stream reads again for a window of days (posts, comments): which ones do pending nights touch?

    A sighting counts within the stream's window; what is only seen later (a pinned post, the tail of a page) counts once, the first time.
    So an ordinary night never needs more of bronze than its windows, however old what it shows.
-#}

{#-
    The CTEs of an int_<…>_affected model: `windowed` lists the keys of `fact` to recompute, with the months that they count or counted for
    and the first night to read again. `seen` shows every sighting with key, month_on, posted_on, night_on, source_id and is_in_window; the fact
    has channel_code, month_on, posted_on, reply_to_id and first_seen_night_on, source_night_on, last_seen_night_on. A night of `streams` moves what
    was posted in the window of any of the `content` streams, since absences tell too.
-#}
{% macro affected_in_window(fact, seen, key, streams, content) -%}
{%- set floors = pending_floors(streams, content) -%}
pending as (
    select distinct
        contract.family as channel_code,
        file.night_on,
        (
            select max(window_of.re_read_days)
            from {{ ref('source_stream') }} as window_of
            where window_of.family = contract.family and window_of.stream in ('{{ content | join("', '") }}')
        ) as window_days
    from {{ source('lake', 'pending_file') }} as file
    inner join {{ ref('source_stream') }} as contract
        on file.source_id = contract.source_id and file.stream = contract.stream
    where contract.domain = 'social' and file.stream in ('{{ streams | join("', '") }}')
),

shown as (
    select
        {{ key }},
        month_on,
        posted_on,
        is_in_window,
        min(night_on) as night_on
    from {{ seen }}
    where {{ is_pending(streams) }}
    group by {{ key }}, month_on, posted_on, is_in_window
),

known as (
    select
        {{ key }},
        first_seen_night_on
    from {{ fact }}
    where
        ({{ key }}, posted_on) in (select ({{ key }}, posted_on) from shown where not is_in_window)
        and month_on in {{ literal_months('(select month_on from ' ~ seen ~ ' where not is_in_window and ' ~ is_pending(streams) ~ ')') }}
),

windowed as (
    -- shown by a pending night, as it is now
    select
        shown.{{ key }},
        shown.month_on,
        shown.night_on as earliest_night_on,
        cast(null as varchar) as known_reply_to_id
    from shown
    left join known on shown.{{ key }} = known.{{ key }}
    where shown.is_in_window or known.{{ key }} is null or shown.night_on <= known.first_seen_night_on
    union all
    -- in a window that a pending night reads again: shown there before, or absent
    select
        fact.{{ key }},
        fact.month_on,
        fact.first_seen_night_on,
        fact.reply_to_id
    from {{ fact }} as fact
    inner join pending
        on
            fact.channel_code = pending.channel_code
            and fact.posted_on >= pending.night_on - cast(pending.window_days as integer)
            and least(fact.posted_on, fact.first_seen_night_on) <= pending.night_on
    where fact.posted_on >= {{ floors.posted_on }}
    union all
    -- known from a pending night outside its window
    select
        fact.{{ key }},
        fact.month_on,
        fact.first_seen_night_on,
        fact.reply_to_id
    from {{ fact }} as fact
    inner join pending
        on
            fact.channel_code = pending.channel_code
            and pending.night_on in (fact.first_seen_night_on, fact.source_night_on, fact.last_seen_night_on)
    where fact.last_seen_night_on >= {{ floors.night_on }}
)
{%- endmacro %}

{#- The oldest day that the windows of the pending nights reach, as a literal. -#}
{% macro oldest_day_in_windows(streams, content) -%} {{ pending_floors(streams, content).posted_on }} {%- endmacro %}

{#- The oldest pending night of some streams, and the oldest day that its windows reach, as literals that DuckDB can prune with. -#}
{% macro pending_floors(streams, content) -%}
    {%- set nothing = "cast('9999-12-31' as date)" -%}
    {%- if not execute -%}{{ return({'night_on': nothing, 'posted_on': nothing}) }}{%- endif -%}
    {%- set found = run_query("select min(night_on), min(night_on) - " ~ longest_window(content) ~ " from " ~ source('lake', 'pending_file')
        ~ " where stream in ('" ~ streams | join("', '") ~ "')").rows[0] -%}
    {{ return({
        'night_on': "cast('" ~ (found[0] or '9999-12-31') ~ "' as date)",
        'posted_on': "cast('" ~ (found[1] or '9999-12-31') ~ "' as date)"
    }) }}
{%- endmacro %}

{#- For how many days at most the streams of these names are read again, over all platforms. -#}
{% macro longest_window(streams) -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {{ return(run_query("select max(re_read_days) from " ~ ref('source_stream')
        ~ " where domain = 'social' and stream in ('" ~ streams | join("', '") ~ "')").columns[0].values()[0] | int) }}
{%- endmacro %}

{#-
    Several facts replace the keys of one int_<…>_affected model. A run that stopped between two of them has forgotten nothing: the keys that it
    was to replace are still those of the model as it left it, and the next run replaces them too.
-#}
{% macro left_unfinished(columns) -%}
    {%- if execute and run_query('select is_unfinished from meta.last_run').columns[0].values()[0] and load_relation(this) -%}
    union all
    select {{ columns | join(', ') }}
    from {{ this }}
    {%- endif -%}
{%- endmacro %}

{#- The CTE of records of accounts whose history changed, or of authors who now are official or no longer; read only if there are any. -#}
{% macro of_changed_accounts(fact, key, columns, list_column=none, naming=none) -%}
{%- set changed = ref('int_account_changed') -%}
{%- set has_some = has_rows('from ' ~ changed) -%}
of_changed_accounts as (
    select
        {{ key }},
        month_on,
        first_seen_night_on
    from {{ fact }}
    where
        {% if has_some -%}
        {% for column in columns -%}
        {{ 'or ' if not loop.first }}{{ column }} in (
            select {{ 'account_key' if column == 'account_key' else 'author_id' }} from {{ changed }}
        )
        {% endfor -%}
        {%- if list_column -%}
        or {{ shares_any(list_column, '(select list(author_id) from ' ~ changed ~ ')') }}
        {%- endif -%}
        {%- if naming %}
        or {{ key }} in (select {{ key }} from {{ naming }} where account_key in (select account_key from {{ changed }}))
        {%- endif -%}
        {%- else -%}
        false
        {%- endif %}
)
{%- endmacro %}
