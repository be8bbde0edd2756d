{#-
    A bound of the 95 % interval of a ratio of sums without upper limit: interactions over followers. From sums over the clusters: n of N, d of
    D, nn of N², nd of N·D, dd of D²; `side` is '-' or '+'.

    On the logarithm, with the standard error e of the linearised ratio (Cochran 1977, Sampling Techniques, section 6.4) over effective
    clusters (Kish 1965) and Student's quantile on one less. Few posts make most of the interactions, and a sample misses the rarest: the
    deviation is multiplied by 1 + e below and 1 + 3 e above, the latter being the skewness of a lognormal mean, as Johnson (1978) corrects
    Student's t for skewness. Simulated coverage: docs/explanation/intervals.md.

    NULL under five effective clusters and when the clusters do not differ at all. Without any interaction: from 0 to NULL, as no scale is known.
-#}
{% macro ratio_bound(n, d, nn, nd, dd, side) -%}
    {%- set r = '(1.0 * ' ~ n ~ ' / ' ~ d ~ ')' -%}
    {%- set squares = '(' ~ nn ~ ' - 2.0 * ' ~ r ~ ' * ' ~ nd ~ ' + ' ~ r ~ ' * ' ~ r ~ ' * ' ~ dd ~ ')' -%}
    {%- set clusters = effective_clusters(d, dd) -%}
    {%- set error = 'sqrt(' ~ squares ~ ' * ' ~ clusters ~ ' / (' ~ clusters ~ ' - 1.0)) / ' ~ n -%}
    case
        when not ({{ has_enough_clusters(d, dd) }}) then null
        when {{ n }} = 0 then {{ 'null' if side == '+' else '0.0' }}
        when {{ n }} > 0 and {{ squares }} > 1e-12 * {{ nn }}
            then {{ r }} * exp({{ side }} {{ student_quantile('(' ~ clusters ~ ' - 1.0)') }} * {{ error }}
            * (1.0 + {{ '3.0 * ' if side == '+' else '' }}{{ error }}))
    end
{%- endmacro %}

{#-
    Student's 97.5 % quantile for any real number of degrees of freedom from 2 on, within 1e-5: the expansion of Fisher and Cornish (1960) about
    the normal quantile, five terms, and a sixth fitted to what is left. NULL under 2.
-#}
{% macro student_quantile(degrees) -%}
    {%- set coefficients = [
        '2.372271230298562', '2.822498615739611', '2.555849679507722', '1.589534053393823', '0.732898211981605', '0.588264'
    ] -%}
    case when {{ degrees }} >= 2.0 then 1.959963984540054
        {%- for coefficient in coefficients %} + {{ coefficient }} / power({{ degrees }}, {{ loop.index }}){% endfor %} end
{%- endmacro %}
