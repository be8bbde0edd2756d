{#-
    affected_keys for facts that are computed from all the nights that show a key, not from its current version only: a frozen promise, a status
    that changed between two nights. The fact keeps first_seen_night_on and last_seen_night_on. A pending night affects the keys that it shows
    and those whose nights in the fact span it (a night that went may have shown any of them). earliest_night_on is the first night that can
    show the key, so that older ones need not be read. `seen` and the fact have a column `stream` when there are several.

    month_on is a month that a key may count or have counted for. `day` gives the day of what `seen` shows, to within the day that lies between two
    time zones, and `fact_day` is its column in the fact, which is then looked through from the first of these days on: a record keeps its day.
    Where records move there is none, and the whole fact is looked through.
-#}
{% macro affected_since(fact, seen, key, streams, fact_day, day=none) -%}
    {%- set built = as_last_built(fact) -%}
    {%- set columns = key | join(', ') -%}
    {%- set stream = 'stream' if streams | length > 1 else "'" ~ streams[0] ~ "' as stream" -%}
    {%- set days_shown = '(select ' ~ day ~ ' - 1 as day_on from ' ~ ref(seen) ~ ' where ' ~ is_pending(streams) ~ ')' -%}
    -- depends_on: {{ ref(seen) }} {{ source('lake', 'pending_file') }}
    {% if built -%}
    with
    shown as (
        select
            {{ columns }},
            {{ stream }},
            {{ day or 'night_on' }} as shown_on,
            night_on as earliest_night_on
        from {{ ref(seen) }}
        where {{ is_pending(streams) }}
    ),

    spanned as (
        select fact.*
        from {{ built }} as fact
        inner join {{ source('lake', 'pending_file') }} as pending
            on
                fact.source_id = pending.source_id
                and pending.stream in ('{{ streams | join("', '") }}')
                and pending.night_on between fact.first_seen_night_on and fact.last_seen_night_on
        where fact.last_seen_night_on >= {{ oldest_pending_night(streams) }}
    ),

    known as (
        select *
        from {{ built }}
        where
            ({{ columns }}) in (select ({{ columns }}) from shown)
            {% if day -%}
            and {{ fact_day }} >= {{ literal_floor(days_shown, 'day_on', when=true) }}
            {%- endif %}
    ),

    affected as (
        {% for margin in ['- 1', '+ 1'] -%}
        select
            {{ columns }},
            stream,
            {{ month_of('shown_on ' ~ margin) }} as month_on,
            earliest_night_on
        from shown
        union all
        {% endfor -%}
        {% for held in ['spanned', 'known'] -%}
        select
            {{ columns }},
            {{ stream }},
            {{ month_of(fact_day) }} as month_on,
            first_seen_night_on as earliest_night_on
        from {{ held }}
        {{ 'union all' if not loop.last }}
        {% endfor -%}
        {{ left_unfinished([columns, 'stream', 'month_on', 'earliest_night_on']) }}
    )

    select
        {{ columns }},
        stream,
        month_on,
        min(earliest_night_on) as earliest_night_on
    from affected
    group by {{ columns }}, stream, month_on
    {%- else -%}
    select
        {{ columns }},
        {{ stream }},
        {{ month_of('night_on') }} as month_on,
        night_on as earliest_night_on
    from {{ ref(seen) }}
    where false
    {%- endif %}
{%- endmacro %}

{#-
    The nights to read for the affected keys of one stream, or of several that `alias` tells apart by its column `stream`, as a condition: none but
    theirs when `fact` stands, all when it is built whole. The first night of all stands by itself: DuckDB skips what lies before.
-#}
{% macro of_affected_keys(fact, affected, key, streams, alias) -%}
    {%- set streams = [streams] if streams is string else streams -%}
    {%- if not as_last_built(fact) -%}
    true
    {%- else -%}
        {%- set first = {} -%}
        {%- for stream in streams -%}
            {%- set query = "select min(earliest_night_on) from " ~ ref(affected) ~ " where stream = '" ~ stream ~ "'" -%}
            {%- do first.update({stream: run_query(query).columns[0].values()[0] | default('9999-12-31', true) | string}) -%}
        {%- endfor -%}
    {{ alias }}.night_on >= cast('{{ first.values() | min }}' as date)
        and ({{ alias }}.{{ key | join(', ' ~ alias ~ '.') }}) in (select ({{ key | join(', ') }}) from {{ ref(affected) }})
        {%- if streams | length > 1 %}
        and {{ alias }}.night_on >= case {{ alias }}.stream
            {%- for stream, night in first.items() %} when '{{ stream }}' then cast('{{ night }}' as date){% endfor %} end
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
