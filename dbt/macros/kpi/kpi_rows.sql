{#-
    The rows of one KPI from its entry in the catalogue (dbt/metrics/*.yml): grain territory × period × audience × channel. An entry's expressions
    are aggregates over `input` (its own model, one row per observation) and `territory` (the territory that the row counts for).
    `period` is the input's column: month_on or day_on. On an incremental run only the months of kpi_touched_month are computed.
-#}
{% macro kpi_rows(entry, period='month_on') %}
    {%- set audiences = ["'all'", 'input.audience'] if entry.audience_split else ["'" ~ entry.audience ~ "'"] -%}
    {%- set channels = {'none': ["'all'"], 'only': ['input.channel_code'], 'also': ["'all'", 'input.channel_code']}[entry.channel_split] -%}
    {%- for audience in audiences %}{% set first = loop.first %}{% for channel in channels %}
    {{ 'union all by name' if not (first and loop.first) }}
    ({{ kpi_rows_of(entry, period, audience, channel) }})
    {%- endfor %}{% endfor %}
{% endmacro %}

{% macro kpi_rows_of(entry, period, audience, channel) %}
    {%- set compute = entry.compute %}
    {%- set keys = 'territory.territory_id, input.' ~ period ~ ', ' ~ audience ~ ', ' ~ channel %}
    with
    figures as (
        select
            {{ audience }} as audience,
            {{ channel }} as channel_code,
            territory.territory_id,
            {% if period != 'month_on' %}min(input.month_on) as month_on,
            {% endif -%}
            input.{{ period }},
            {% if entry.kind == 'ratio' -%}
            cast({{ compute.numerator }} as double) as numerator,
            cast({{ compute.denominator }} as double) as denominator,
            {{ compute.scale }} * cast({{ compute.numerator }} as double) / nullif(cast({{ compute.denominator }} as double), 0) as value,
            {% else -%}
            cast({{ compute.measure or 'max(input.' ~ compute.column ~ ')' }} as double) as value,
            {% endif -%}
            {% if compute.opinionated -%}
            cast({{ compute.opinionated }} as double) as opinionated,
            {% endif -%}
            {% if entry.interval.method == 'model' -%}
            cast(max(input.{{ compute.column }}_low) as double) as model_low,
            cast(max(input.{{ compute.column }}_high) as double) as model_high,
            {% endif -%}
            {% if entry.kind == 'model' -%}
            ['{{ entry.streams | join("', '") }}'] as source_streams,
            {% else -%}
            {{ distinct_list("input.source_id || '.' || input.stream") }} as source_streams,
            {% endif -%}
            cast({{ compute.n or 'null' }} as bigint) as n,
            cast({{ compute.known_share or 'null' }} as double) as known_share,
            min(input.null_reason) as null_reason,
            bool_or(input.is_provisional) as is_flagged_provisional
        {{ kpi_observations(entry) }}
        group by {{ keys }}
    )
    {%- if entry.interval.cluster %},

    clusters as (
        select
            {{ audience }} as audience,
            {{ channel }} as channel_code,
            territory.territory_id,
            input.{{ period }},
            cast({{ compute.numerator }} as double) as numerator,
            cast({{ compute.denominator }} as double) as denominator
        {{ kpi_observations(entry) }}
        group by {{ keys }}, input.{{ entry.interval.cluster }}
    ),

    spread as (
        select
            audience,
            channel_code,
            territory_id,
            {{ period }},
            count(*) filter (where denominator is not null and numerator is not null) as clusters_count,
            {{ exact_sum('numerator * numerator') }} as numerator_squares,
            {{ exact_sum('numerator * denominator') }} as products,
            {{ exact_sum('denominator * denominator') }} as denominator_squares
        from clusters
        group by audience, channel_code, territory_id, {{ period }}
    )
    {%- endif %}

    select
        '{{ entry.kpi_id }}' as kpi_id,
        *
    from figures
    {% if entry.interval.cluster -%}
    inner join spread using (audience, channel_code, territory_id, {{ period }})
    {%- endif %}
{% endmacro %}

{#- What an entry observes: the rows of its input and the territories that each counts for. -#}
{% macro kpi_observations(entry) %}
    {%- set compute = entry.compute %}
        from {{ ref(compute['from']) }} as input
        {% if compute.rollup == 'ancestors' -%}
        -- Counts of things are not shared out: a territory counts for an ancestor only when it lies wholly inside, destinations too.
        inner join {{ ref('bridge_territory_ancestor') }} as bridge
            on input.territory_id = bridge.territory_id and bridge.is_inside
        inner join {{ ref('dim_territory') }} as territory
            on bridge.ancestor_id = territory.territory_id
        {%- else -%}
        inner join {{ ref('dim_territory') }} as territory
            on input.territory_id = territory.territory_id
        {%- endif %}
        where
            territory.territory_level in ('{{ entry.territory_levels | join("', '") }}')
            {% if is_incremental() and not kpi_touches_everything(compute['from']) -%}
            and input.month_on >= {{ kpi_floor(entry.kpi_id) }}
            and input.month_on in (select touched.month_on from {{ ref('kpi_touched_month') }} as touched where touched.kpi_id = '{{ entry.kpi_id }}')
            {%- endif %}
{% endmacro %}

{#- No row, and every column with its type: entries leave out the columns that they have nothing for. -#}
{% macro kpi_no_rows(period='month_on') %}
    select
        cast(null as varchar) as kpi_id,
        cast(null as varchar) as territory_id,
        cast(null as date) as month_on,
        {% if period != 'month_on' %}cast(null as date) as {{ period }},
        {% endif -%}
        cast(null as varchar) as audience,
        cast(null as varchar) as channel_code,
        {% for column in [
            'value', 'numerator', 'denominator', 'opinionated', 'known_share', 'numerator_squares', 'products', 'denominator_squares',
            'model_low', 'model_high'
        ] -%}
        cast(null as double) as {{ column }},
        {% endfor -%}
        cast(null as bigint) as n,
        cast(null as bigint) as clusters_count,
        cast(null as varchar) as null_reason,
        cast(null as boolean) as is_flagged_provisional,
        cast(null as varchar[]) as source_streams
    where false
{% endmacro %}

{#-
    The rows of many entries, as the name of a temporary table: measured one entry after the other, so that memory is that of one KPI and not of a
    hundred, and an error names the entry that it is of.
-#}
{% macro kpi_staged(entries, period='month_on') -%}
    {%- set staged = 'kpi_staged_' ~ period -%}
    {%- set is_running = execute and flags.WHICH in ('build', 'run') -%}
    {%- if is_running -%}{%- do run_query('create or replace temporary table ' ~ staged ~ ' as ' ~ kpi_no_rows(period)) -%}{%- endif -%}
    {%- for entry in entries -%}
        {%- set rows = kpi_rows(entry, period) -%}
        {%- if is_running -%}{%- do run_query('insert into ' ~ staged ~ ' by name /* ' ~ entry.kpi_id ~ ' */ ' ~ rows) -%}{%- endif -%}
    {%- endfor -%}
    {{ staged }}
{%- endmacro %}
