{#-
    Where a value stands between two fixed goalposts, 0 at `low` and 1 at `high`, clipped; `low` above `high` scores what is better when smaller
    (min-max on fixed goalposts, as in UNDP's Human Development Report, technical note 1). NULL stays NULL: not reported is no score of 0.
-#}
{% macro goalpost_score(value, low, high) -%}
    case when {{ value }} is not null then greatest(0.0, least(1.0, (1.0 * {{ value }} - {{ low }}) / ({{ high }} - {{ low }}))) end
{%- endmacro %}
