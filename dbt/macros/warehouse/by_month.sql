{#-
    A table of months that is built whole is laid out by month, as one that grows by nights is: DuckDB then skips the parts that hold other months
    than those a night touches. dbt calls this for what it writes under a contract.
-#}
{% macro duckdb__get_select_subquery(sql) %}
    {{ dbt.default__get_select_subquery(sql) }}
    {%- if config.get('materialized') == 'incremental' and 'month_on' in model.columns %}
    order by month_on
    {%- endif %}
{%- endmacro %}
