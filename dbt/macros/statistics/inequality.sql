{#-
    Inequality of non-negative values over a group: aggregates, so the group is the query's. Values of NULL are left out; NULL when a value is
    negative or all are 0. No small-sample correction: n equal shares give 0, one that holds all gives (n - 1) / n.
-#}

{#- Gini (1914). `rank` orders the values from 1; equal values may be ranked in any order. -#}
{% macro gini(value, rank) -%}
    case when min({{ value }}) >= 0 then
        2.0 * sum({{ rank }} * {{ value }}) / nullif(count({{ value }}) * sum({{ value }}), 0)
        - (count({{ value }}) + 1.0) / nullif(count({{ value }}), 0)
    end
{%- endmacro %}

{#-
    Gini over people, each with the value of their territory. `cumulative_weight` is the sum of the weights of the values up to and including
    this one, in their order: sum(weight) over (partition by … order by value rows unbounded preceding). Weights are positive, never NULL.
-#}
{% macro gini_weighted(value, weight, cumulative_weight) -%}
    case when min({{ value }}) >= 0 then
        sum({{ weight }} * {{ value }} * (
            2.0 * {{ cumulative_weight }} - {{ weight }}
        )) / nullif(sum({{ weight }} * {{ value }}) * sum(case when {{ value }} is not null then {{ weight }} end), 0) - 1.0
    end
{%- endmacro %}

{#- Theil's T (1967): mean of (x / mean) ln (x / mean), 0 for a value of 0. From 0 to ln n. -#}
{% macro theil(value) -%} {{ theil_weighted(value, '1.0') }} {%- endmacro %}

{#- Theil's T over people, each with the value of their territory. -#}
{% macro theil_weighted(value, weight) -%}
    case when min({{ value }}) >= 0 and sum({{ weight }} * {{ value }}) > 0 then greatest(
        0.0,
        sum(case when {{ value }} > 0 then {{ weight }} * {{ value }} * ln({{ value }}) end) / sum({{ weight }} * {{ value }})
        - ln(sum({{ weight }} * {{ value }}) / sum(case when {{ value }} is not null then {{ weight }} end))
    ) end
{%- endmacro %}
