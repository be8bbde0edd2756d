{#- The 95 % bound of a row by its entry's method; NULL where there is none. `side` is '-' or '+'. -#}
{% macro kpi_bound(side) -%}
    case judged.interval_method
        when 'wilson' then {{ wilson_bound('judged.numerator', 'judged.denominator', side) }}
        when 'model' then {{ 'judged.model_low' if side == '-' else 'judged.model_high' }}
    end
{%- endmacro %}

{#-
    The least and the most that a public's figure can be, whatever the unknowns are. A count: none of them, or all. A share: all those that lower
    it, or all those that raise it. Other ratios have no such bounds. A sum over all publics less a sum over the known ones is the unknowns'.
-#}
{% macro audience_bound(side) -%}
    case
        when publics.all_n is null then null
        {% if side == 'low' -%}
        when kpi.kind = 'additive' then completed.value
        when kpi.interval_method in ('wilson', 'share')
            then completed.numerator / nullif(
                completed.denominator + (publics.all_denominator - publics.known_denominator)
                - (publics.all_numerator - publics.known_numerator), 0
            )
        {%- else -%}
        when kpi.kind = 'additive' then completed.value + publics.all_value - publics.known_value
        when kpi.interval_method in ('wilson', 'share')
            then (completed.numerator + publics.all_numerator - publics.known_numerator)
            / nullif(completed.denominator + publics.all_numerator - publics.known_numerator, 0)
        {%- endif %}
    end
{%- endmacro %}
