{#-
    What a data test looks at. On an incremental run, rows that this run did not write were tested by the run that wrote them: a test of an
    incremental model, or of a view of one that says so, looks at the keys that the run swapped, and a test of a view that shows one row per
    record and night (staging and what only renames it) at the pending nights. A test that compares rows across keys or nights, and every test
    of a full refresh, looks at everything. dbt calls this for each generic test (https://docs.getdbt.com/reference/resource-configs/where).
-#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', none) -%}
    {%- set touched = touched_rows(relation) if execute and not flags.FULL_REFRESH else none -%}
    {%- set conditions = [where, touched] | select | list -%}
    {%- if not conditions -%}{%- do return(relation) -%}{%- endif -%}
    {%- do return('(select * from ' ~ relation ~ ' where ' ~ conditions | join(' and ') ~ ') dbt_subquery') -%}
{%- endmacro %}

{% macro touched_rows(relation) %}
    {%- set node = graph.nodes.get('model.comptoir.' ~ relation.identifier) -%}
    {%- if node is none -%}{%- do return(none) -%}{%- endif -%}
    {%- set is_key_test = model.test_metadata is defined and model.test_metadata.name == 'unique_key' -%}
    {%- set unique_over = model.test_metadata.kwargs.get('columns') if is_key_test else none -%}
    {%- set affected_by = node.config.meta.get('affected_by') -%}
    {%- if affected_by -%}
        {%- set keys = [node.config.unique_key] if node.config.unique_key is string else node.config.unique_key -%}
        {%- if unique_over is none or keys | reject('in', unique_over) | list == [] -%}
            {%- set affected = graph.nodes['model.comptoir.' ~ affected_by] -%}
            {%- do return('(' ~ keys | join(', ') ~ ') in (select (' ~ keys | join(', ') ~ ') from ' ~ affected.relation_name ~ ')') -%}
        {%- endif -%}
    {%- elif node.config.materialized == 'view' and 'source_id' in node.columns and 'night_on' in node.columns
        and node.path.startswith(('staging', 'intermediate')) and (unique_over is none or 'night_on' in unique_over) -%}
        {%- set floor = run_query('select min(night_on) from meta.pending_file').columns[0].values()[0] -%}
        {%- set since = "night_on >= date '" ~ (floor or '9999-12-31') ~ "'" -%}
        {%- do return(since ~ ' and (source_id, night_on) in (select (source_id, night_on) from meta.pending_file)') -%}
    {%- endif -%}
    {%- do return(none) -%}
{% endmacro %}
