{#-
    Incremental facts whose row is the newest version of a record, among all the nights that showed it, read no more of bronze than is needed
    to choose again: the pending nights, and for a record that the fact holds already the night that its row was read from, which has beaten
    all older ones. Only a record whose own night is pending (it was run again, held or released) may fall back to any other night.
-#}

{#- The oldest pending night of some streams, as a literal that DuckDB can prune files with; a far date when nothing is pending. -#}
{% macro oldest_pending_night(streams) -%}
    {%- set query -%}
        select min(night_on) from {{ source('lake', 'pending_file') }} where stream in ('{{ streams | join("', '") }}')
    {%- endset -%}
    {%- set floor = run_query(query).columns[0].values()[0] if execute else none -%}
    cast('{{ floor or "9999-12-31" }}' as date)
{%- endmacro %}

{#- The oldest day that the pending nights of some streams asked again, as a literal: its night less the longest window of the streams. -#}
{% macro oldest_day_read_again(streams) -%}
    {%- set query -%}
        select min(pending.night_on - cast(contract.re_read_days as integer))
        from {{ source('lake', 'pending_file') }} as pending
        inner join {{ ref('source_stream') }} as contract on pending.source_id = contract.source_id
        where contract.stream in ('{{ streams | join("', '") }}')
    {%- endset -%}
    {%- set floor = run_query(query).columns[0].values()[0] if execute else none -%}
    cast('{{ floor or "9999-12-31" }}' as date)
{%- endmacro %}

{#-
    The body of an int_<…>_affected model: the keys of `fact` that the pending nights of `streams` touch, the month of each, and
    earliest_night_on, the oldest night to read for it. `seen` is the model that the fact is computed from, with the columns of `key`, source_id and
    night_on, and `month`, an expression that gives the record's month, which it never changes (none for what has no month). `nights` are the fact's columns that name the nights its row was read from. `also`
    is a condition over `fact` that tells further records to compute again.
-#}
{% macro affected_versions(fact, seen, key, streams, nights=['source_night_on'], also=none, month='month_on') -%}
    {%- set built = as_last_built(fact) -%}
    {%- set columns = key if 'month_on' in key or month is none else key + ['month_on'] -%}
    {%- set carried = (columns + ['source_id', 'source_night_on'] + nights) | unique | join(', ') -%}
    -- depends_on: {{ ref(seen) }} {{ source('lake', 'pending_file') }}
    {% if built -%}
    with
    shown as (
        select
            {{ key | join(', ') }},
            {{ month ~ ' as month_on,' if 'month_on' in columns and 'month_on' not in key }}
            min(night_on) as earliest_night_on
        from {{ ref(seen) }}
        where {{ is_pending(streams) }}
        group by all
    ),

    held as (
        select {{ carried }}
        from {{ built }}
        where
            ({{ columns | join(', ') }}) in (select ({{ columns | join(', ') }}) from shown)
            {% if month is not none -%}
            and month_on in {{ literal_months('(select ' ~ month ~ ' as month_on from ' ~ ref(seen) ~ ' where ' ~ is_pending(streams) ~ ')') }}
            {%- endif %}
        {% for night in nights -%}
        union
        select {{ carried }}
        from {{ built }}
        where {{ is_pending(streams, night) }}
        {% endfor -%}
        {%- if also %}
        union
        select {{ carried }}
        from {{ built }}
        where {{ also }}
        {%- endif %}
    ),

    needed as (
        select * from shown
        union all
        select
            {{ columns | join(', ') }},
            case
                when {% for night in nights -%}
                (source_id, {{ night }}) in {{ pending_batches(streams) }}{{ ' or ' if not loop.last }}
                {%- endfor %} then cast('0001-01-01' as date)
                else source_night_on
            end as earliest_night_on
        from held
    )

    select
        {{ columns | join(', ') }},
        min(earliest_night_on) as earliest_night_on
    from needed
    group by {{ columns | join(', ') }}
    {%- else -%}
    select
        {{ key | join(', ') }},
        {{ month ~ ' as month_on,' if 'month_on' in columns and 'month_on' not in key }}
        night_on as earliest_night_on
    from {{ ref(seen) }}
    where false
    {%- endif %}
{%- endmacro %}

{#- The rows of `seen` that the affected keys choose their version from; all of them when the fact is built whole. -#}
{% macro versions(seen, affected, key) -%}
    -- depends_on: {{ ref(affected) }}
    select seen.*
    from {{ ref(seen) }} as seen
    {% if is_incremental() -%}
    inner join {{ ref(affected) }} as affected
        on {% for column in key %}seen.{{ column }} = affected.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    where
        seen.night_on >= affected.earliest_night_on
        and seen.night_on >= {{ literal_floor(ref(affected), 'earliest_night_on') }}
    {%- endif %}
{%- endmacro %}
