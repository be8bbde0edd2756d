{#-
    Bounds of 95 % intervals of shares; `side` is '-' or '+'. Method and simulated coverage: docs/explanation/intervals.md.
    Arguments are repeated in what they become: pass column names, not long expressions.
-#}

{#- Wilson (1927), as in textbooks. Covers as little as 84 % when p is near 0 or 1: publish share_bound instead. NULL without observations. -#}
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

{#- A share of independent observations: Wilson, made safe at the edges and for small n (see share_lower). NULL without observations. -#}
{% macro share_bound(successes, n, side) -%}
    case when {{ n }} > 0 then {{ effective_share_bound('(1.0 * ' ~ successes ~ ' / ' ~ n ~ ')', n, side) }} end
{%- endmacro %}

{#-
    A share of observations that come in clusters: an author's posts. From sums over the clusters: n of N, d of D, nn of N², nd of N·D, dd of
    D², where a cluster has D observations, N of them successes. NULL under five effective clusters (effective_clusters).
-#}
{% macro clustered_share_bound(n, d, nn, nd, dd, side) -%}
    {%- set p = '(1.0 * ' ~ n ~ ' / ' ~ d ~ ')' -%}
    {%- set squares = '(' ~ nn ~ ' - 2.0 * ' ~ p ~ ' * ' ~ nd ~ ' + ' ~ p ~ ' * ' ~ p ~ ' * ' ~ dd ~ ')' -%}
    {%- set variance = '(' ~ p ~ ' * (1.0 - ' ~ p ~ '))' -%}
    {%- set bearing = bearing_clusters(n, d ~ ' - ' ~ n, nn, dd ~ ' - 2.0 * ' ~ nd ~ ' + ' ~ nn) -%}
    case when {{ has_enough_clusters(d, dd) }} then
        {{ effective_share_bound(p, effective_observations(d, dd, squares, variance, bearing), side) }}
    end
{%- endmacro %}

{#-
    (positive - negative) / all, between -1 and 1, of clustered observations. From sums over the clusters: net of N = positive - negative,
    opinionated of positive + negative, d of all D, nn of N², nd of N·D, dd of D². It is the share (1 + net) / 2 of observations worth 0, ½ or
    1, whose variance is smaller than a share's by the factor `spread`: shrunk to 1 by two clusters, as neutral authors prove little.
    NULL under five effective clusters.
-#}
{% macro net_share_bound(net, opinionated, d, nn, nd, dd, side) -%}
    {%- set r = '(1.0 * ' ~ net ~ ' / ' ~ d ~ ')' -%}
    {%- set variance = '(1.0 * ' ~ opinionated ~ ' / ' ~ d ~ ' - ' ~ r ~ ' * ' ~ r ~ ')' -%}
    {%- set spread = 'case when abs(' ~ net ~ ') < ' ~ d ~ ' then ' ~ variance ~ ' / (1.0 - ' ~ r ~ ' * ' ~ r ~ ') else 1.0 end' -%}
    {%- set squares = '(' ~ nn ~ ' - 2.0 * ' ~ r ~ ' * ' ~ nd ~ ' + ' ~ r ~ ' * ' ~ r ~ ' * ' ~ dd ~ ')' -%}
    {%- set bearing = bearing_clusters(
        d ~ ' + ' ~ net, d ~ ' - ' ~ net, dd ~ ' + 2.0 * ' ~ nd ~ ' + ' ~ nn, dd ~ ' - 2.0 * ' ~ nd ~ ' + ' ~ nn
    ) -%}
    {%- set observations = effective_observations(d, dd, squares, variance, bearing ~ ' * (' ~ spread ~ ')') -%}
    {%- set kish = effective_clusters(d, dd) -%}
    case when {{ has_enough_clusters(d, dd) }} then
        2.0 * {{ effective_share_bound(
            '(0.5 + 0.5 * ' ~ r ~ ')',
            '(' ~ observations ~ ' * (' ~ kish ~ ' + 2.0) / ((' ~ spread ~ ') * ' ~ kish ~ ' + 2.0))',
            side
        ) }} - 1.0
    end
{%- endmacro %}

{#- How many clusters of equal size would weigh as much: Kish (1965), Survey Sampling, section 11.7. -#}
{% macro effective_clusters(d, dd) -%} (1.0 * {{ d }} * {{ d }} / nullif({{ dd }}, 0)) {%- endmacro %}

{#- Fewer than five authors' worth of evidence say nothing that a board should read. Depends on sizes only, never on the answers. -#}
{% macro has_enough_clusters(d, dd) -%} {{ d }} > 0 and 1.0 * {{ d }} * {{ d }} >= 5.0 * {{ dd }} {%- endmacro %}

{#- The lesser of the effective numbers of clusters that bear successes and that bear failures, from their sums and sums of squares. -#}
{% macro bearing_clusters(successes, failures, success_squares, failure_squares) -%}
    least(
        case when {{ success_squares }} > 0 then power({{ successes }}, 2) / ({{ success_squares }}) else 0.0 end,
        case when {{ failure_squares }} > 0 then power({{ failures }}, 2) / ({{ failure_squares }}) else 0.0 end
    )
{%- endmacro %}

{#-
    How many independent observations would be as sure: d / design effect (Kish 1965), with the design effect of a correlation rho within
    clusters of unequal size, d + rho (dd - d) over d. rho is the moments estimator from the residuals' squares (linearisation, as Korn and
    Graubard 1998 estimate the design effect), with the bias of few clusters removed, kept in 0 to 1. It is shrunk towards 1 (an author always
    says the same) with the weight of twelve clusters: few authors who bear an opinion cannot show that they change their mind.
-#}
{% macro effective_observations(d, dd, squares, variance, bearing) -%}
    (1.0 * {{ d }} * {{ d }} / ({{ d }} + ({{ dd }} - {{ d }}) * ({{ bearing }} * case
        when {{ variance }} > 0 and {{ dd }} > {{ d }} then greatest(0.0, least(1.0, (
            {{ squares }} / {{ variance }} * {{ d }} * {{ d }} / nullif(1.0 * {{ d }} * {{ d }} - {{ dd }}, 0) - {{ d }}
        ) / ({{ dd }} - {{ d }})))
        else 1.0
    end + 12.0) / ({{ bearing }} + 12.0)))
{%- endmacro %}

{#- A bound of a share estimated from n observations, both real numbers. -#}
{% macro effective_share_bound(share, n, side) -%}
    {%- if side == '+' -%} (1.0 - {{ share_lower('(1.0 - ' ~ share ~ ')', n) }}) {%- else -%} {{ share_lower(share, n) }} {%- endif -%}
{%- endmacro %}

{#-
    Wilson's lower bound, but not above what the Poisson tail allows. Wilson's is too high for one, two or three successes (Brown, Cai and
    DasGupta 2001, section 4.1.1, who replace it there by the exact Poisson bound); here the Poisson bound is Wilson and Hilferty's (1931) cube
    root, which needs no integer, at 4 % one-sided, its deviation times sqrt(1 - p) as for a binomial. The deviate z (1 + 1 / n) is ours: with
    it the exact coverage is at least 93 % for every p from n = 8 on (tests/statistics/test_shares.py).
-#}
{% macro share_lower(share, n) -%}
    {%- set z = '(1.959963984540054 * (1.0 + 1.0 / ' ~ n ~ '))' -%}
    greatest(0.0, least(
        {{ share }},
        (
            {{ share }} + {{ z }} * {{ z }} / (2.0 * {{ n }})
            - {{ z }} * sqrt({{ share }} * (1.0 - {{ share }}) / {{ n }} + {{ z }} * {{ z }} / (4.0 * {{ n }} * {{ n }}))
        ) / (1.0 + {{ z }} * {{ z }} / {{ n }}),
        case when {{ share }} > 0 then {{ share }} * power(greatest(
            0.0,
            1.0 - 1.0 / (9.0 * {{ n }} * {{ share }}) - 1.750686071252170 * sqrt((1.0 - {{ share }}) / ({{ n }} * {{ share }})) / 3.0
        ), 3) else 0.0 end
    ))
{%- endmacro %}
