{#-
    Which months of a KPI a run computes again. A fact remembers the months that its replaced keys counted for and count for now
    (meta.touched_month, see replace_keys), until a run has succeeded whole; a KPI's months are those of the facts that its input reads.
-#}

{#-
    The facts that a model reads, through views and static tables: they replace keys, and remember the months of these. None when it reads another
    table, or is one: what every run builds anew, what is kept by month, and what replaces keys that have no month.
-#}
{% macro kpi_facts(model_name) %}
    {%- set found = [] -%}
    {%- set state = namespace(todo=['model.comptoir.' ~ model_name], is_partial=true) -%}
    {%- for _ in range(50) -%}
        {%- set next = [] -%}
        {%- for node in state.todo -%}
            {%- set node = graph.nodes.get(node) -%}
            {%- if node is not none and node.resource_type == 'model' and 'static' not in node.tags -%}
                {%- if node.config.meta.get('recompute') == 'all' -%}
                    {%- set state.is_partial = false -%}
                {%- elif node.config.incremental_strategy == 'replace_keys' and 'month_on' in node.columns -%}
                    {%- do found.append(node.name) if node.name not in found -%}
                {%- elif node.config.materialized != 'view' -%}
                    {%- set state.is_partial = false -%}
                {%- else -%}
                    {%- do next.extend(node.depends_on.nodes) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set state.todo = next -%}
    {%- endfor -%}
    {%- do return(found if state.is_partial else none) -%}
{% endmacro %}

{#-
    The entries of the catalogue whose input tells which months a run moves, or those whose input does not: these are measured whole, and compared
    with what was measured before.
-#}
{% macro kpi_entries_measured(how) -%}
    {%- if not execute -%}{%- do return(kpi_entries()) -%}{%- endif -%}
    {%- set found = [] -%}
    {%- for entry in kpi_entries() -%}
        {%- do found.append(entry) if (kpi_facts(entry.compute['from']) is none) == (how == 'whole') -%}
    {%- endfor -%}
    {%- do return(found) -%}
{%- endmacro %}

{#- The first touched month of a KPI as a literal, which DuckDB can skip parts of a fact with. -#}
{% macro kpi_floor(kpi_id) -%}
    {%- if execute -%}
        {%- set floor = run_query("select min(month_on) from " ~ ref('kpi_touched_month') ~ " where kpi_id = '" ~ kpi_id ~ "'").columns[0].values()[0] -%}
        cast('{{ floor or "9999-12-31" }}' as date)
    {%- else -%}
        cast('0001-01-01' as date)
    {%- endif -%}
{%- endmacro %}

{#-
    For a small table that keeps months and is computed from facts: it forgets the months that facts changed in, and its body then computes those
    (`in_touched_months`). Until a run has succeeded whole the facts' list is kept, so that a run that stops half-way is made good by the next.
    A change may count some months `ahead`, and what is read to compute those may lie some months `behind`.
-#}
{% macro forget_touched_months(facts, ahead=0) -%}
    {%- if is_incremental() -%} delete from {{ this }} where month_on in ({{ changed_months(facts, ahead) }}) {%- endif -%}
{%- endmacro %}

{% macro in_touched_months(facts, column, ahead=0, behind=0, when=none) -%}
    {%- if (is_incremental() if when is none else when) -%}
        {%- set touched = changed_months(facts, ahead, behind) -%}
        {%- set floor = run_query("select min(month_on) from (" ~ touched ~ ")").columns[0].values()[0] if execute else none -%}
        {{ column }} >= cast('{{ floor or "9999-12-31" }}' as date) and {{ column }} in ({{ touched }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro changed_months(facts, ahead=0, behind=0) -%}
    select cast(touched.month_on + to_months(cast(shift.months as integer)) as date) as month_on
    from {{ source('lake', 'touched_month') }} as touched
    cross join generate_series({{ -behind }}, {{ ahead }}) as shift (months)
    where touched.fact_name in ('{{ facts | join("', '") }}')
{%- endmacro %}
