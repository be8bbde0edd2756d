{#-
    Median and P90 of durations with 95 % intervals, as a query of one row per group: use it as a subquery. A quantile is the smallest duration
    by which that share has ended (no interpolation): a value that was observed, and the same with and without censoring.
    A bound is NULL when the data do not reach it. Rows whose duration or status is NULL are left out.
-#}

{#-
    With open cases as censored. Kaplan and Meier (1958); interval of the curve by Greenwood's variance (1926) on log(-log S), read across as
    Brookmeyer and Crowley (1982) do. Where the last case has ended the curve is 0 and has no interval: such a step gives no bound.
    Columns: the group's, n, event_count, censored_count, median, median_low, median_high, p90, p90_low, p90_high.
-#}
{% macro kaplan_meier(relation, group_columns, duration, is_event) -%}
    {%- set keys = group_columns | join(', ') -%}
    {%- set z = '1.959963984540054' %}
    select
        {{ keys }},
        {{ sum_bigint('case_count') }} as n,
        {{ sum_bigint('event_count') }} as event_count,
        {{ sum_bigint('case_count - event_count') }} as censored_count
        {%- for name, left in [('median', '0.5'), ('p90', '0.1')] %},
        min(case when survival <= {{ left }} + 1e-12 then duration end) as {{ name }},
        min(case when survival_low <= {{ left }} + 1e-12 then duration end) as {{ name }}_low,
        min(case when survival_high <= {{ left }} + 1e-12 then duration end) as {{ name }}_high
        {%- endfor %}
    from (
        select
            *,
            case when log_survival < 0 then exp(log_survival * exp({{ z }} * sqrt(greenwood) / -log_survival)) end as survival_low,
            case when log_survival < 0 then exp(log_survival * exp(-{{ z }} * sqrt(greenwood) / -log_survival)) end as survival_high
        from (
            select
                *,
                case when event_count = at_risk_count then 0.0 else exp(log_survival_before_last) end as survival,
                case when event_count < at_risk_count then log_survival_before_last end as log_survival
            from (
                select
                    *,
                    sum(case when event_count < at_risk_count then ln(1.0 - 1.0 * event_count / at_risk_count) end) over up_to
                        as log_survival_before_last,
                    sum(case
                        when event_count < at_risk_count then 1.0 * event_count / at_risk_count / (at_risk_count - event_count)
                    end) over up_to as greenwood
                from (
                    select
                        *,
                        sum(case_count) over (
                            partition by {{ keys }} order by duration desc rows between unbounded preceding and current row
                        ) as at_risk_count
                    from (
                        select
                            {{ keys }},
                            cast({{ duration }} as double) as duration,
                            count(*) as case_count,
                            count(case when {{ is_event }} then 1 end) as event_count
                        from {{ relation }}
                        where {{ duration }} is not null and {{ is_event }} is not null
                        group by {{ keys }}, cast({{ duration }} as double)
                    ) as times
                ) as ordered
                window up_to as (partition by {{ keys }} order by duration rows between unbounded preceding and current row)
            ) as steps
        ) as curves
    ) as bands
    group by {{ keys }}
{%- endmacro %}

{#-
    Without censoring: order statistics, whose ranks are binomial (Thompson 1936), so that the coverage is at least 95 % whatever the
    distribution. A median has both bounds from n = 6, a P90 from n = 36.
    Columns: the group's, n, median, median_low, median_high, p90, p90_low, p90_high.
-#}
{% macro order_statistics(relation, group_columns, value) -%}
    {%- set keys = group_columns | join(', ') -%}
    {%- set quantiles = [('median', '0.5'), ('p90', '0.9')] %}
    select
        {{ keys }},
        count(*) as n
        {%- for name, share in quantiles %},
        min(case when value_rank >= {{ share }} * n - 1e-9 then value end) as {{ name }},
        max(case when {{ name }}_tail <= 0.025 then value end) as {{ name }}_low,
        min(case when {{ name }}_tail >= 0.975 then value end) as {{ name }}_high
        {%- endfor %}
    from (
        select
            *
            {%- for name, share in quantiles %},
            -- P(fewer than value_rank values lie below the quantile)
            sum(exp(
                {{ log_gamma('n + 1') }} - {{ log_gamma('value_rank') }} - {{ log_gamma('n - value_rank + 2') }}
                + (value_rank - 1) * ln({{ share }}) + (n - value_rank + 1) * ln(1.0 - {{ share }})
            )) over (partition by {{ keys }} order by value_rank rows between unbounded preceding and current row) as {{ name }}_tail
            {%- endfor %}
        from (
            select
                {{ keys }},
                cast({{ value }} as double) as value,
                row_number() over (partition by {{ keys }} order by {{ value }}) as value_rank,
                count(*) over (partition by {{ keys }}) as n
            from {{ relation }}
            where {{ value }} is not null
        ) as ranked
    ) as tails
    group by {{ keys }}, n
{%- endmacro %}
