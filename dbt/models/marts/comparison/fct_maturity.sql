-- Every pillar of each territory that has one: what is not known is NULL, and never 0. A pillar is the mean of its known indicators.
with
-- Nothing that is read tells of openness: a pillar without an indicator stays in the profile, unknown.
pillars as (
    select
        weight.pillar_code,
        count(indicator.indicator_code) as indicators_count
    from {{ ref('maturity_weights') }} as weight
    left join {{ ref('maturity_indicators') }} as indicator on weight.pillar_code = indicator.pillar_code
    group by weight.pillar_code
),

observed as (
    select
        territory_id,
        quarter_on,
        max(last_month_on) as last_month_on,
        bool_or(is_provisional) as is_provisional
    from {{ ref('fct_maturity_indicator') }}
    group by territory_id, quarter_on
),

scored as (
    select
        found.territory_id,
        found.quarter_on,
        found.pillar_code,
        {{ ordered('avg', 'found.score', 'found.indicator_code') }} as score,
        -- Bounds of a mean: the mean of the bounds is wider than need be, whatever links the indicators. Known where each of them is.
        {% for bound in ['low', 'high'] -%}
        case
            when count(found.score) = count(found.score_{{ bound }})
                then {{ ordered('avg', 'found.score_' ~ bound, 'found.indicator_code') }}
        end as score_{{ bound }},
        {% endfor -%}
        count(found.score) as known_count,
        -- The least observed one; what is counted is as sure as it can be, and limits nothing beside what is estimated.
        coalesce(
            min(found.observations_count) filter (where found.score is not null and indicator.interval_rule != 'count'),
            min(found.observations_count) filter (where found.score is not null),
            max(found.observations_count)
        ) as observations_count,
        min(found.null_reason) filter (where found.null_reason != 'not_observed') as null_reason
    from {{ ref('fct_maturity_indicator') }} as found
    inner join {{ ref('maturity_indicators') }} as indicator on found.indicator_code = indicator.indicator_code
    group by found.territory_id, found.quarter_on, found.pillar_code
)

select
    observed.territory_id,
    observed.quarter_on,
    pillars.pillar_code,
    scored.score,
    scored.score_low,
    scored.score_high,
    case
        when scored.known_count is null then 0.0
        else scored.known_count / cast(pillars.indicators_count as double)
    end as known_share,
    cast(case when scored.territory_id is null then 0 else scored.known_count end as integer) as known_indicators_count,
    scored.observations_count,
    case when scored.score is null then coalesce(scored.null_reason, 'not_observed') end as null_reason,
    observed.last_month_on,
    observed.is_provisional
from observed
cross join pillars
left join scored
    on
        observed.territory_id = scored.territory_id
        and observed.quarter_on = scored.quarter_on
        and pillars.pillar_code = scored.pillar_code
