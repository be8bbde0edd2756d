{#- Bounds of 95 % intervals of shares; `side` is '-' or '+'. Method and simulated coverage: docs/explanation/intervals.md. -#}

{#- A share of independent observations: Wilson, made safe at the edges and for small n (effective_share_bound). NULL when n is 0. -#}
{% macro share_bound(successes, n, side) -%}
    case when {{ n }} > 0 then {{ effective_share_bound(
        '1.0 * ' ~ successes ~ ' / ' ~ n, n, successes, n ~ ' - ' ~ successes, side
    ) }} end
{%- endmacro %}

{#-
    A share of observations that come in clusters: an author's posts. From sums over the clusters: n of N, d of D, nn of N², nd of N·D, dd of
    D², where a cluster has D observations, N of them successes. NULL under six effective clusters (effective_clusters).
-#}
{% macro clustered_share_bound(n, d, nn, nd, dd, side) -%}
    {%- set squares = nn ~ ' - 2.0 * let_p * ' ~ nd ~ ' + let_p * let_p * ' ~ dd -%}
    {%- set failures = d ~ ' - ' ~ n -%}
    {%- set failure_squares = dd ~ ' - 2.0 * ' ~ nd ~ ' + ' ~ nn -%}
    {%- set bearing = bearing_clusters(n, failures, nn, failure_squares) -%}
    case when {{ has_enough_clusters(d, dd) }} then
        {{ let('let_p', '1.0 * ' ~ n ~ ' / ' ~ d, let(
            'let_rho', shrunk_correlation(d, dd, squares, 'let_p * (1.0 - let_p)', bearing), effective_share_bound(
                'let_p', independent_worth(d, dd), independent_worth(n, nn), independent_worth(failures, failure_squares), side
            )
        )) }}
    end
{%- endmacro %}

{#-
    (positive - negative) / all, between -1 and 1, of clustered observations. From sums over the clusters: net of N = positive - negative,
    opinionated of positive + negative, d of all D, nn of N², nd of N·D, dd of D². It is the share (1 + net) / 2 of observations worth 0, ½ or
    1, whose variance is that of a share times a factor under 1, the `spread`: shrunk to 1 by two clusters, as neutral authors prove little.
    NULL under six effective clusters.
-#}
{% macro net_share_bound(net, opinionated, d, nn, nd, dd, side) -%}
    {%- set variance = '1.0 * ' ~ opinionated ~ ' / ' ~ d ~ ' - let_r * let_r' -%}
    {%- set squares = nn ~ ' - 2.0 * let_r * ' ~ nd ~ ' + let_r * let_r * ' ~ dd -%}
    {%- set successes = '0.5 * (' ~ d ~ ' + ' ~ net ~ ')' -%}
    {%- set failures = '0.5 * (' ~ d ~ ' - ' ~ net ~ ')' -%}
    {%- set success_squares = '0.25 * (' ~ dd ~ ' + 2.0 * ' ~ nd ~ ' + ' ~ nn ~ ')' -%}
    {%- set failure_squares = '0.25 * (' ~ dd ~ ' - 2.0 * ' ~ nd ~ ' + ' ~ nn ~ ')' -%}
    {%- set bearing = 'let_spread * ' ~ bearing_clusters(successes, failures, success_squares, failure_squares) -%}
    {%- set clusters = effective_clusters(d, dd) -%}
    {%- set narrowing = ' * (' ~ clusters ~ ' + 2.0) / (let_spread * ' ~ clusters ~ ' + 2.0)' -%}
    case when {{ has_enough_clusters(d, dd) }} then
        2.0 * {{ let('let_r', '1.0 * ' ~ net ~ ' / ' ~ d, let(
            'let_spread', 'case when abs(' ~ net ~ ') < ' ~ d ~ ' then (' ~ variance ~ ') / (1.0 - let_r * let_r) else 1.0 end', let(
                'let_rho', shrunk_correlation(d, dd, squares, variance, bearing), effective_share_bound(
                    '0.5 + 0.5 * let_r',
                    independent_worth(d, dd) ~ narrowing,
                    independent_worth(successes, success_squares) ~ narrowing,
                    independent_worth(failures, failure_squares) ~ narrowing,
                    side
                )
            )
        )) }} - 1.0
    end
{%- endmacro %}

{#-
    A mean of stars, 1 to 5, of reviews whose establishments are clusters: with (stars - 3) / 2 for each it is 3 + 2 net shares, whose macro asks
    of its observations only that they lie in -1 to 1. From sums over the clusters as above, n of stars; `opinionated` is the sum of the squares
    of (stars - 3) / 2, which for -1, 0 and 1 is the number of those that are not neutral. NULL under six effective clusters.
-#}
{% macro mean_rating_bound(n, opinionated, d, nn, nd, dd, side) -%}
    {%- set net = '(0.5 * (' ~ n ~ ' - 3.0 * ' ~ d ~ '))' -%}
    {%- set net_squares = '(0.25 * (' ~ nn ~ ' - 6.0 * ' ~ nd ~ ' + 9.0 * ' ~ dd ~ '))' -%}
    {%- set products = '(0.5 * (' ~ nd ~ ' - 3.0 * ' ~ dd ~ '))' -%}
    3.0 + 2.0 * ({{ net_share_bound(net, opinionated, d, net_squares, products, dd, side) }})
{%- endmacro %}

{#- How many clusters of equal size would weigh as much: Kish (1965), Survey Sampling. -#}
{% macro effective_clusters(d, dd) -%} (1.0 * {{ d }} * {{ d }} / nullif({{ dd }}, 0)) {%- endmacro %}

{#-
    Fewer than six authors' worth of evidence say nothing that a board should read: of five, an interval covers 92.8 % at worst. Depends on sizes
    only, never on the answers.
-#}
{% macro has_enough_clusters(d, dd) -%} {{ d }} > 0 and 1.0 * {{ d }} * {{ d }} >= 6.0 * {{ dd }} {%- endmacro %}

{#- The lesser of the effective numbers of clusters that bear successes and that bear failures, from their sums and sums of squares. -#}
{% macro bearing_clusters(successes, failures, success_squares, failure_squares) -%}
    least(
        case when {{ success_squares }} > 0 then power({{ successes }}, 2) / ({{ success_squares }}) else 0.0 end,
        case when {{ failure_squares }} > 0 then power({{ failures }}, 2) / ({{ failure_squares }}) else 0.0 end
    )
{%- endmacro %}

{#-
    Correlation within clusters (let_rho below). The moments estimator from the residuals' squares (linearised, as Korn and Graubard 1998
    estimate the design effect), with the bias of few clusters removed, kept in 0 to 1; then shrunk towards 1 (an author always says the same)
    with the weight of twelve clusters: few authors who bear an opinion cannot show that they change their mind.
-#}
{% macro shrunk_correlation(d, dd, squares, variance, bearing) -%}
    {%- set rho -%}
        case
            when {{ variance }} > 0 and {{ dd }} > {{ d }} then greatest(0.0, least(1.0, (
                ({{ squares }}) / ({{ variance }}) * {{ d }} * {{ d }} / nullif(1.0 * {{ d }} * {{ d }} - {{ dd }}, 0) - {{ d }}
            ) / ({{ dd }} - {{ d }})))
            else 1.0
        end
    {%- endset -%}
    {{ let('let_bearing', bearing, '(let_bearing * ' ~ rho ~ ' + 12.0) / (let_bearing + 12.0)') }}
{%- endmacro %}

{#- How many independent observations are worth a sum over clusters, given its squares: their number / design effect (Kish 1965). -#}
{% macro independent_worth(observations, squares) -%}
    power({{ observations }}, 2) / nullif({{ observations }} + let_rho * ({{ squares }} - ({{ observations }})), 0)
{%- endmacro %}

{#-
    A bound of a share estimated from n observations, `successes` and `failures` of them, all real numbers: with clusters, each is what its sum
    is worth. The upper bound is the lower one of the complement.

    Wilson's lower bound, but not above what the Poisson tail of the successes allows. Wilson's is too high for one, two or three successes
    (Brown, Cai and DasGupta 2001, who replace it there by the exact Poisson bound), and when a single author wrote most of them; here the
    Poisson bound is Wilson and Hilferty's (1931) cube root, which needs no integer, at 4 % one-sided, its deviation times sqrt(1 - p) as for
    a binomial. The deviate z (1 + 1 / n) is ours: with it the exact coverage of independent observations is at least 93 % for every p
    from n = 6 on (tests/statistics/test_shares.py).
-#}
{% macro effective_share_bound(share, n, successes, failures, side) -%}
    {%- set wilson -%}
        (
            let_share + let_z * let_z / (2.0 * let_n)
            - let_z * sqrt(let_share * (1.0 - let_share) / let_n + let_z * let_z / (4.0 * let_n * let_n))
        ) / (1.0 + let_z * let_z / let_n)
    {%- endset -%}
    {%- set poisson -%}
        case when let_share > 0 then let_share * power(greatest(
            0.0, 1.0 - 1.0 / (9.0 * let_successes) - 1.750686071252170 * sqrt((1.0 - let_share) / let_successes) / 3.0
        ), 3) else 0.0 end
    {%- endset -%}
    {%- set lower = let('let_n', n, let('let_z', '1.959963984540054 * (1.0 + 1.0 / let_n)', let(
        'let_share', ('1.0 - (' ~ share ~ ')') if side == '+' else share, let(
            'let_successes',
            failures if side == '+' else successes,
            'greatest(0.0, least(let_share, ' ~ wilson ~ ', ' ~ poisson ~ '))'
        )
    ))) -%}
    {{ '(1.0 - ' ~ lower ~ ')' if side == '+' else lower }}
{%- endmacro %}
