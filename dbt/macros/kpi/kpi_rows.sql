{#- An expression of the catalogue, over `input` and `territory`, for a model that a KPI is a part of: it is written once. -#}
{% macro kpi_expression(kpi_id, part) -%}
    {{ (kpi_entries() | selectattr('kpi_id', 'equalto', kpi_id) | first).compute[part] }}
{%- endmacro %}

{#-
    The rows of one KPI from its entry in the catalogue (dbt/metrics/*.yml): grain territory × period × audience × channel. An entry's expressions
    are aggregates over `input` (its own model, one row per observation) and `territory` (the territory that the row counts for).
    `period` is the input's column: month_on or day_on. On an incremental run only the months of kpi_touched_month are computed.
    All publics and each, all channels and each are counted as the input is read once.
-#}
{% macro kpi_rows(entry, period='month_on') %}
    {%- set compute = entry.compute %}
    {%- set keys = {
        'territory_id': 'territory.territory_id',
        period: 'input.' ~ period,
        'audience': kpi_split('input.audience') if entry.audience_split else "'" ~ entry.audience ~ "'",
        'channel_code': {'none': "'all'", 'only': 'input.channel_code', 'also': kpi_split('input.channel_code')}[entry.channel_split]
    } %}
    with
    figures as (
        select
            {% for key, expression in keys.items() -%}
            {{ expression }} as {{ key }},
            {% endfor -%}
            {% if period != 'month_on' %}min(input.month_on) as month_on,
            {% endif -%}
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
            min(input.{{ compute.null_reason }}) as null_reason,
            bool_or(input.is_provisional) as is_flagged_provisional
        {{ kpi_observations(entry) }}
        group by {{ kpi_grouping(entry, period) }}
    )
    {%- if entry.interval.cluster %},

    clusters as (
        select
            {% for key, expression in keys.items() -%}
            {{ expression }} as {{ key }},
            {% endfor -%}
            cast({{ compute.numerator }} as double) as numerator,
            cast({{ compute.denominator }} as double) as denominator
        {{ kpi_observations(entry) }}
        group by {{ kpi_grouping(entry, period, ['input.' ~ entry.interval.cluster]) }}
    ),

    spread as (
        select
            {{ keys | join(', ') }},
            count(*) filter (where denominator is not null and numerator is not null) as clusters_count,
            {{ exact_sum('numerator * numerator') }} as numerator_squares,
            {{ exact_sum('numerator * denominator') }} as products,
            {{ exact_sum('denominator * denominator') }} as denominator_squares
        from clusters
        group by {{ keys | join(', ') }}
    )
    {%- endif %}

    select
        '{{ entry.kpi_id }}' as kpi_id,
        *
    from figures
    {% if entry.interval.cluster -%}
    inner join spread using ({{ keys | join(', ') }})
    {%- endif %}
{% endmacro %}

{#- A column that rows are counted both by and across: `all` across. -#}
{% macro kpi_split(column) -%} case when grouping({{ column }}) = 1 then 'all' else {{ column }} end {%- endmacro %}

{#- What the rows of an entry are grouped by: every set of its keys that it shows, each with the columns of `also`. -#}
{% macro kpi_grouping(entry, period, also=[]) -%}
    {%- set always = ['territory.territory_id', 'input.' ~ period] + also -%}
    {%- if entry.channel_split == 'only' -%}{%- do always.append('input.channel_code') -%}{%- endif -%}
    {%- set sets = [always] -%}
    {%- if entry.audience_split -%}{%- do sets.append(always + ['input.audience']) -%}{%- endif -%}
    {%- if entry.channel_split == 'also' -%}
        {%- for set in sets[:] -%}{%- do sets.append(set + ['input.channel_code']) -%}{%- endfor -%}
    {%- endif -%}
    grouping sets ({% for set in sets %}({{ set | join(', ') }}){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

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
            {% if is_incremental() -%}
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

{#- The columns of what is measured, in their order. -#}
{% macro kpi_measured_columns() -%}
    kpi_id,
    territory_id,
    month_on,
    audience,
    channel_code,
    value,
    numerator,
    denominator,
    opinionated,
    n,
    known_share,
    clusters_count,
    numerator_squares,
    products,
    denominator_squares,
    model_low,
    model_high,
    null_reason,
    is_flagged_provisional,
    source_streams
{%- endmacro %}

{#-
    The rows of many entries, as the name of a temporary table: measured one entry after the other, so that memory is that of one KPI and not of a
    hundred, and an error names the entry that it is of.
-#}
{% macro kpi_staged(entries, period='month_on') -%}
    {%- set staged = this.identifier ~ '_staged' -%}
    {%- set is_running = execute and flags.WHICH in ('build', 'run') -%}
    {%- if is_running -%}{%- do run_query('create or replace temporary table ' ~ staged ~ ' as ' ~ kpi_no_rows(period)) -%}{%- endif -%}
    {%- for entry in entries -%}
        {%- set rows = kpi_rows(entry, period) -%}
        {%- if is_running -%}{%- do run_query('insert into ' ~ staged ~ ' by name /* ' ~ entry.kpi_id ~ ' */ ' ~ rows) -%}{%- endif -%}
    {%- endfor -%}
    {{ staged }}
{%- endmacro %}
