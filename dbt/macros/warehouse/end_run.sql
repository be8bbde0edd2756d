{#-
    The end of a run. Only when every table that depends on the lake was built and nothing failed does the warehouse remember the lake it was computed from;
    in any other case the pending nights stay pending. Remembering comes before forgetting: a stop between the two only
    makes the next run recompute some keys.
-#}
{% macro end_run(results) %}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set built = [] -%}
        {%- set failed = [] -%}
        {%- for result in results -%}
            {%- if result.status | string in ('error', 'fail', 'skipped', 'runtime error', 'partial success') -%}
                {%- do failed.append(result.node.unique_id) -%}
            {%- elif result.node.resource_type == 'model' -%}
                {%- do built.append(result.node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set missing = [] -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.config.materialized != 'view' and 'static' not in node.tags and node.unique_id not in built -%}
            {%- do missing.append(node.unique_id) -%}
        {%- endfor -%}
        {%- if not failed and not missing -%}
            {%- do run_query('create or replace table meta.loaded_file as ' ~ accepted_files()) -%}
            {%- do run_query('delete from meta.pending_file') -%}
            {%- do run_query('delete from meta.touched_month') -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
