{#- Fewer than this and no permutation could be significant at 5 %: one in twenty needs nineteen others. -#}
{% macro minimum_campaign_peers() -%} 19 {%- endmacro %}

{% macro minimum_pre_months() -%} 6 {%- endmacro %}

{#- The treated territory was already leaving its peers before: one in ten does so by chance, and is then told as before and after too. -#}
{% macro pre_trend_level() -%} 0.1 {%- endmacro %}

{#- Student's 80 % quantile, within 1e-4 from 10 degrees of freedom on (Fisher and Cornish 1960, three terms about 0.8416). -#}
{% macro student_quantile_80(degrees) -%}
    (0.8416212336 + 0.359441 / ({{ degrees }}) + 0.147646 / power({{ degrees }}, 2))
{%- endmacro %}

{#- The columns of fct_campaign_effect from its CTE `judged`: what is causal, what is only before and after, and why. -#}
{% macro campaign_effect_columns() -%}
select
    campaign_id,
    kpi_id,
    territory_id,
    case when not_causal_reason is null then 'difference_in_differences' else 'before_after_not_causal' end as method_code,
    case when not_causal_reason is null then 'effet estimé' else 'avant/après, non causal' end as method_fr,
    not_causal_reason,
    case when is_relative then 'relative' else 'points' end as scale_code,
    case
        when not_causal_reason = 'not_observed' then null
        when not_causal_reason is null then change - change_mean
        when has_year_before then year_change
        else change
    end as effect,
    case
        when not_causal_reason = 'not_observed' then null
        when not_causal_reason is null then 'peers'
        when has_year_before then 'year_before'
        else 'months_before'
    end as compared_with_code,
    {% for name, sign in {'effect_low': '-', 'effect_high': '+'}.items() -%}
    case
        when not_causal_reason is null
            then change - change_mean {{ sign }} {{ student_quantile('(peers_count - 1.0)') }} * standard_error
    end as {{ name }},
    {% endfor -%}
    case when not_causal_reason is null then placebo_p end as placebo_p,
    case
        when not_causal_reason is null
            then (
                {{ student_quantile('(peers_count - 1.0)') }}
                + {{ student_quantile_80('(peers_count - 1.0)') }}
            ) * standard_error
    end as minimum_detectable_effect,
    pre_trend_p,
    change as own_change,
    change_mean as peers_change,
    cast(peers_count as integer) as peers_count,
    cast(pre_known_count as integer) as pre_known_count,
    cast(post_known_count as integer) as post_known_count
from judged
{%- endmacro %}
