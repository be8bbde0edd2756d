{#- Fewer than this and no permutation could be significant at 5 %: one in twenty needs nineteen others. -#}
{% macro minimum_campaign_peers() -%} 19 {%- endmacro %}

{% macro minimum_pre_months() -%} 6 {%- endmacro %}

{#- The treated territory was already leaving its peers before: one in ten does so by chance, and is then told as before and after too. -#}
{% macro pre_trend_level() -%} 0.1 {%- endmacro %}

{#- Student's 80 % quantile, within 1e-4 from 10 degrees of freedom on (Fisher and Cornish 1960, three terms about 0.8416). -#}
{% macro student_quantile_80(degrees) -%}
    (0.8416212336 + 0.359441 / ({{ degrees }}) + 0.147646 / power({{ degrees }}, 2))
{%- endmacro %}

{#-
    An end of the 95 % interval of an effect: the peers' changes spread as chance does, and without an effect the treated one's would too. A campaign
    that adds a half to what there was adds a half to its noise, so an effect tau > 0 is believed unless
    (estimate - tau)^2 > reach^2 * ((1 + stretch * tau / reach)^2 + 1 / peers), with reach = Student's quantile * deviation and
    stretch = reach / (what peers came to, of their own mean before): the two roots in tau. It is 0 for points, and the ends are then the usual
    ones; so are they on the side of falls, whose noise does not shrink for sure. Peers that vary as much as their own mean say nothing: at most .9.
-#}
{% macro campaign_effect_bound(sign) -%}
    {%- set stretch = 'case when not is_relative then 0.0 when 1.0 + change_mean > let_reach / 0.9'
        ~ ' then let_reach / (1.0 + change_mean) else 0.9 end' -%}
    {%- set plain = 'let_effect ' ~ sign ~ ' let_reach * sqrt(1.0 + 1.0 / peers_count)' -%}
    {%- set stretched = '(let_effect + let_reach * let_stretch ' ~ sign ~ ' sqrt(power(let_stretch * let_effect + let_reach, 2)'
        ~ ' + (1.0 - power(let_stretch, 2)) * power(let_reach, 2) / peers_count)) / (1.0 - power(let_stretch, 2))' -%}
    {{ let('let_effect', 'change - change_mean', let(
        'let_reach', student_quantile('(peers_count - 1.0)') ~ ' * change_deviation', let(
            'let_stretch', stretch, 'case when ' ~ plain ~ ' > 0 then ' ~ stretched ~ ' else ' ~ plain ~ ' end'
        )
    )) }}
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
    case when not_causal_reason is null then {{ campaign_effect_bound(sign) }} end as {{ name }},
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
