{#- Gini coefficient of a group of non-negative values ranked from 1, without small-sample correction. NULL when they sum to 0. -#}
{% macro gini(value, rank) -%}
    2.0 * sum({{ rank }} * {{ value }}) / nullif(count({{ value }}) * sum({{ value }}), 0)
    - (count({{ value }}) + 1.0) / nullif(count({{ value }}), 0)
{%- endmacro %}

{#- A bound of Wilson's 95 % interval of a share of k among n; `side` is '+' or '-'. NULL without observations. -#}
{% macro wilson_bound(successes, n, side) -%}
    {%- set z = '1.959963984540054' -%}
    greatest(0.0, least(1.0,
        ({{ successes }} / nullif({{ n }}, 0) + {{ z }} * {{ z }} / (2.0 * nullif({{ n }}, 0))
        {{ side }} {{ z }} * sqrt(
            ({{ successes }} / nullif({{ n }}, 0)) * (1.0 - {{ successes }} / nullif({{ n }}, 0)) / nullif({{ n }}, 0)
            + {{ z }} * {{ z }} / (4.0 * nullif({{ n }}, 0) * nullif({{ n }}, 0))
        )) / (1.0 + {{ z }} * {{ z }} / nullif({{ n }}, 0))
    ))
{%- endmacro %}
