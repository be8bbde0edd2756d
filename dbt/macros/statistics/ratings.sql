{#-
    Ratings of establishments drawn towards the mean of their group, as a query of one row per establishment: use it as a subquery. A 5.0 from
    two reviews is no better than a 4.7 from two hundred.

    Normal-normal empirical Bayes (Efron and Morris 1973). Within-establishment variance pooled over the group; between-establishment variance
    by moments (one-way analysis of variance with unequal sizes: Searle, Casella and McCulloch 1992), 0 when negative; group mean by
    generalised least squares. weight_share is what the establishment's own mean counts for. The interval takes the between variance one
    standard error higher than estimated, or few establishments that happen to agree would seem certain, and adds the group mean's variance
    (after Morris 1983). It covers 95 % of establishments of a group, not 95 % for one that stands apart.

    `n`, `mean` and `variance` (sample variance, NULL for one review) are columns of the relation; a rating lies in lowest to highest.
    NULL under eight establishments, without two reviews anywhere, and when no two reviews of an establishment differ.
    Columns: the group's and the id's, n, group_mean, within_variance, between_variance, weight_share, shrunk_mean, shrunk_low, shrunk_high.
-#}
{% macro shrunk_ratings(relation, group_columns, id_columns, n, mean, variance, lowest=1, highest=5) -%}
    {%- set keys = group_columns | join(', ') -%}
    {%- set ids = (group_columns + id_columns) | join(', ') -%}
    {%- set clip = 'greatest(' ~ lowest ~ '.0, least(' ~ highest ~ '.0, ' %}
    select
        {{ ids }},
        n,
        group_mean,
        within_variance,
        between_variance,
        between_variance / (between_variance + own_variance) as weight_share,
        -- Ten decimals: what lies beyond depends on the order in which the sums above were made.
        round(shrunk_mean, 10) as shrunk_mean,
        case when shrunk_mean is not null then round({{ clip }}shrunk_mean - 1.959963984540054 * error)), 10) end as shrunk_low,
        case when shrunk_mean is not null then round({{ clip }}shrunk_mean + 1.959963984540054 * error)), 10) end as shrunk_high
    from (
        select
            *,
            group_mean + between_variance / (between_variance + own_variance) * (mean - group_mean) as shrunk_mean,
            sqrt(
                own_variance * between_high / (own_variance + between_high)
                + power(own_variance / (between_variance + own_variance), 2)
                / sum(1.0 / (between_high + own_variance)) over (partition by {{ keys }})
            ) as error
        from (
            select
                *,
                sum(mean / (between_variance + own_variance)) over (partition by {{ keys }})
                / sum(1.0 / (between_variance + own_variance)) over (partition by {{ keys }}) as group_mean,
                between_variance + sqrt(
                    2.0 * (
                        establishments * power(within_variance, 2)
                        + 2.0 * reviews * within_variance * between_variance
                        + power(between_variance, 2) * squared_reviews
                        + power((establishments - 1) * within_variance, 2) / (reviews - establishments)
                    )
                ) / (reviews - squared_reviews / reviews) as between_high
            from (
                select
                    *,
                    within_variance / n as own_variance,
                    case when within_variance is not null then greatest(
                        0.0,
                        (sum(n * power(mean - pooled_mean, 2)) over (partition by {{ keys }}) - (establishments - 1) * within_variance)
                        / (reviews - squared_reviews / reviews)
                    ) end as between_variance
                from (
                    select
                        *,
                        case when establishments >= 8 then
                            nullif(sum((n - 1) * variance) over (partition by {{ keys }}) / nullif(reviews - establishments, 0), 0)
                        end as within_variance,
                        sum(n * mean) over (partition by {{ keys }}) / reviews as pooled_mean
                    from (
                        select
                            {{ ids }},
                            {{ n }} as n,
                            cast({{ mean }} as double) as mean,
                            cast({{ variance }} as double) as variance,
                            count(*) over (partition by {{ keys }}) as establishments,
                            cast(sum({{ n }}) over (partition by {{ keys }}) as double) as reviews,
                            cast(sum(1.0 * {{ n }} * {{ n }}) over (partition by {{ keys }}) as double) as squared_reviews
                        from {{ relation }}
                        where {{ n }} > 0 and {{ mean }} is not null
                    ) as sizes
                ) as pooled
            ) as components
        ) as centred
    ) as shrunk
{%- endmacro %}
