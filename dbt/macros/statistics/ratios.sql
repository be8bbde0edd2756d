{#-
    A bound of the 95 % interval of a ratio of sums without upper limit: interactions over followers. From sums over the clusters: n of N, d of
    D, nn of N², nd of N·D, dd of D²; `side` is '-' or '+'.

    On the logarithm, with the standard error e of the linearised ratio (Cochran 1977, Sampling Techniques, chapter 6) over effective
    clusters (Kish 1965) and Student's quantile on one less. Few posts make most of the interactions, and a sample misses the rarest: the
    deviation is multiplied by 1 + e below and 1 + 3 e above, where 3 e is about the skewness of a lognormal mean (Johnson 1978 corrects
    Student's t by the sample's own, which misses it too). Above, e is at least that of clusters that differ as much as their mean: a quiet
    month has not shown its rarest post. Simulated coverage: docs/explanation/intervals.md.

    NULL under six effective clusters and when the clusters do not differ at all. Without any interaction: from 0 to NULL, as no scale is known.
-#}
{% macro ratio_bound(n, d, nn, nd, dd, side) -%}
    {%- set r = '(1.0 * ' ~ n ~ ' / ' ~ d ~ ')' -%}
    {%- set squares = nn ~ ' - 2.0 * ' ~ r ~ ' * ' ~ nd ~ ' + ' ~ r ~ ' * ' ~ r ~ ' * ' ~ dd -%}
    {%- set deviation = side ~ ' ' ~ student_quantile('let_clusters - 1.0')
        ~ ' * let_error * (1.0 + ' ~ ('3.0 * greatest(let_error, 1.0 / sqrt(let_clusters))' if side == '+' else 'let_error') ~ ')' -%}
    case
        when not ({{ has_enough_clusters(d, dd) }}) then null
        when {{ n }} = 0 then {{ 'null' if side == '+' else '0.0' }}
        when {{ n }} > 0 and {{ squares }} > 1e-12 * {{ nn }} then
            {{ r }} * {{ let('let_clusters', effective_clusters(d, dd), let(
                'let_error',
                'sqrt((' ~ squares ~ ') * let_clusters / (let_clusters - 1.0)) / ' ~ n,
                'exp(' ~ deviation ~ ')'
            )) }}
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
    {{ let('let_degrees', degrees, 'case when let_degrees >= 2.0 then 1.959963984540054'
        ~ ' + (' ~ coefficients | join(' + (') ~ ') / let_degrees' * (coefficients | length) ~ ' end') }}
{%- endmacro %}
