{#-
    The 95 % bounds of the rows of `judged` by their entry's method, as two columns; both NULL where either is, and where the figure is.
    A KPI without clusters enough has none: an interval from a handful of authors would be a guess.
-#}
{% macro kpi_bounds() -%}
    case when final_null_reason is null and {{ kpi_bound('+') }} is not null then {{ kpi_bound('-') }} end as interval_low,
    case when final_null_reason is null and {{ kpi_bound('-') }} is not null then {{ kpi_bound('+') }} end as interval_high
{%- endmacro %}

{% macro kpi_bound(side) -%}
    {%- set spread = ['numerator_squares', 'products', 'denominator_squares', side] -%}
    case interval_method
        when 'independent' then {{ share_bound('numerator', 'denominator', side) }}
        when 'share' then {{ clustered_share_bound('numerator', 'denominator', *spread) }}
        when 'net_share' then {{ net_share_bound('numerator', 'opinionated', 'denominator', *spread) }}
        when 'mean_rating' then {{ mean_rating_bound('numerator', 'opinionated', 'denominator', *spread) }}
        when 'ratio' then scale * {{ ratio_bound('numerator', 'denominator', *spread) }}
        when 'model' then {{ 'model_low' if side == '-' else 'model_high' }}
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
        when kpi.interval_method in ('independent', 'share')
            then completed.numerator / nullif(
                completed.denominator + (publics.all_denominator - publics.known_denominator)
                - (publics.all_numerator - publics.known_numerator), 0
            )
        {%- else -%}
        when kpi.kind = 'additive' then completed.value + publics.all_value - publics.known_value
        when kpi.interval_method in ('independent', 'share')
            then (completed.numerator + publics.all_numerator - publics.known_numerator)
            / nullif(completed.denominator + publics.all_numerator - publics.known_numerator, 0)
        {%- endif %}
    end
{%- endmacro %}
