{#-
    Incremental facts replace the keys that the pending nights affect, and nothing else, so that any night in any order gives the rows
    of a full refresh. Each fact F has a model int_<…>_affected that lists those keys from bronze and from F *as it stood
    before this run*; F recomputes them from bronze and the strategy `replace_keys` swaps them, keys that vanished included.
-#}

{#- The fact as the last run left it, or none when it will be built whole (first load, full refresh). -#}
{% macro as_last_built(model_name) %}
    {%- if not execute or flags.FULL_REFRESH -%}{{ return(none) }}{%- endif -%}
    {%- set node = graph.nodes['model.comptoir.' ~ model_name] -%}
    {{ return(adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}

{#- Whether a query that is known when a model is compiled finds anything: what is not there need not be looked for in a fact. -#}
{% macro has_rows(query) -%}
    {%- do return(execute and run_query('select count(*) from (' ~ query ~ ')').columns[0].values()[0] > 0) -%}
{%- endmacro %}

{#- The pending nights of some streams, as a subquery of one column. -#}
{% macro pending_nights(streams) -%}
    (select night_on from {{ source('lake', 'pending_file') }} where stream in ('{{ streams | join("', '") }}'))
{%- endmacro %}

{#- The pending source-nights of some streams, as a subquery to compare (source_id, night_on) with. -#}
{% macro pending_batches(streams) -%}
    (select (source_id, night_on) from {{ source('lake', 'pending_file') }} where stream in ('{{ streams | join("', '") }}'))
{%- endmacro %}

{#-
    Whether a row was read in a pending night of some streams. `night` is its column that names the night. The oldest one stands by itself: DuckDB
    skips what lies before.
-#}
{% macro is_pending(streams, night='night_on') -%}
    (source_id, {{ night }}) in {{ pending_batches(streams) }} and {{ night }} >= {{ oldest_pending_night(streams) }}
{%- endmacro %}

{#-
    The body of an int_<…>_affected model: the keys of `fact` that the pending nights of `streams` touch, each with the months that it counts or
    counted for. `seen` is the model that the fact is computed from: it shows every version with the columns of `key`, month_on, source_id, night_on.
    `nights` are the fact's columns that name the nights its row was read from.
-#}
{% macro affected_keys(fact, seen, key, streams, nights=['source_night_on']) -%}
    {%- set built = as_last_built(fact) -%}
    {%- set columns = (key if 'month_on' in key else key + ['month_on']) | join(',\n        ') -%}
    -- depends_on: {{ ref(seen) }} {{ source('lake', 'pending_file') }}
    {% if built -%}
    select distinct
        {{ columns }}
    from {{ ref(seen) }}
    where {{ is_pending(streams) }}
    union
    select distinct
        {{ columns }}
    from {{ built }}
    where
        {% for night in nights -%}
        {{ 'or ' if not loop.first }}({{ is_pending(streams, night) }})
        {% endfor -%}
    {%- else -%}
    select
        {{ columns }}
    from {{ ref(seen) }}
    where false
    {%- endif %}
{%- endmacro %}

{#-
    The least value of a column, as a literal that DuckDB can prune files with (a subquery would not); a far date when empty. Only where keys
    are replaced: in an incremental model, or `when` a model that is none works for some that are.
-#}
{% macro literal_floor(relation, column, when=none) -%}
    {%- if execute and (is_incremental() if when is none else when) -%}
        {%- set floor = run_query('select min(' ~ column ~ ') from ' ~ relation).columns[0].values()[0] -%}
        cast('{{ floor or "9999-12-31" }}' as date)
    {%- else -%}
        cast('0001-01-01' as date)
    {%- endif -%}
{%- endmacro %}

{#- The months of a relation as a literal list, which DuckDB can prune with whatever lies between them; a far one when it is empty. -#}
{% macro literal_months(relation) -%}
    {%- set query = 'select distinct month_on from ' ~ relation ~ ' where month_on is not null order by month_on' -%}
    {%- set months = run_query(query).columns[0].values() if execute else [] -%}
    ({% for month in months or ['9999-12-01'] %}cast('{{ month }}' as date){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#-
    Where a fact can hold rows of the affected keys. The affected model names the months that they count or counted for, or the fact's meta says which
    column of the fact is never before which one of that model (bounded_by).
-#}
{% macro near_affected(affected, columns) -%}
    {%- set bounds = config.get('meta').get('bounded_by') -%}
    {%- if bounds -%}
        {%- for column, bound in bounds.items() %}{{ column }} >= {{ literal_floor(affected, bound) }} and {% endfor -%}
    {%- elif 'month_on' in columns and 'month_on' in adapter.get_columns_in_relation(affected) | map(attribute='name') -%}
        month_on in {{ literal_months(affected) }} and {# #}
    {%- endif -%}
{%- endmacro %}

{#- Swaps the affected keys, and remembers the months that their rows counted for and count for now (until end_run). -#}
{% macro get_incremental_replace_keys_sql(arg_dict) %}
    {%- set keys = arg_dict['unique_key'] if arg_dict['unique_key'] is not string else [arg_dict['unique_key']] -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set affected = ref(config.get('meta').affected_by) -%}
    {%- set is_affected = near_affected(affected, arg_dict['dest_columns'] | map(attribute='name') | list)
        ~ '(' ~ keys | join(', ') ~ ') in (select (' ~ keys | join(', ') ~ ') from ' ~ affected ~ ')' -%}
    {%- if 'month_on' in arg_dict['dest_columns'] | map(attribute='name') %}
    insert into meta.touched_month
    select distinct '{{ model.name }}', month_on from {{ arg_dict['target_relation'] }} where {{ is_affected }}
    union
    select distinct '{{ model.name }}', month_on from {{ arg_dict['temp_relation'] }};
    {% endif %}
    delete from {{ arg_dict['target_relation'] }} where {{ is_affected }};

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{% endmacro %}
