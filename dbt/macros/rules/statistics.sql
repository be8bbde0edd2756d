{#- Gini coefficient of a group of non-negative values ranked from 1, without small-sample correction. NULL when they sum to 0. -#}
{% macro gini(value, rank) -%}
    2.0 * sum({{ rank }} * {{ value }}) / nullif(count({{ value }}) * sum({{ value }}), 0)
    - (count({{ value }}) + 1.0) / nullif(count({{ value }}), 0)
{%- endmacro %}

{#- A bound of Wilson's 95 % interval of a share of k among n; `side` is '+' or '-'. NULL without observations. -#}
{% macro wilson_bound(successes, n, side) -%}
    {%- set z = '1.959963984540054' -%}
    case when {{ n }} > 0 then greatest(0.0, least(1.0, {{ 'greatest' if side == '+' else 'least' }}(
        {{ successes }} / {{ n }},
        ({{ successes }} / {{ n }} + {{ z }} * {{ z }} / (2.0 * {{ n }})
        {{ side }} {{ z }} * sqrt(
            ({{ successes }} / {{ n }}) * (1.0 - {{ successes }} / {{ n }}) / {{ n }}
            + {{ z }} * {{ z }} / (4.0 * {{ n }} * {{ n }})
        )) / (1.0 + {{ z }} * {{ z }} / {{ n }})
    ))) end
{%- endmacro %}
