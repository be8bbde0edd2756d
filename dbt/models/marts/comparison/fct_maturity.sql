-- Every pillar of each territory that has one: what is not known is NULL, and never 0. A pillar is the mean of its known indicators.
with
pillars as (
    select
        weight.pillar_code,
        count(*) as indicators_count
    from {{ ref('maturity_weights') }} as weight
    inner join {{ ref('maturity_indicators') }} as indicator on weight.pillar_code = indicator.pillar_code
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
        territory_id,
        quarter_on,
        pillar_code,
        {{ ordered('avg', 'score', 'indicator_code') }} as score,
        count(score) as known_count,
        min(null_reason) filter (where null_reason = 'too_recent') as null_reason
    from {{ ref('fct_maturity_indicator') }}
    group by territory_id, quarter_on, pillar_code
)

select
    observed.territory_id,
    observed.quarter_on,
    pillars.pillar_code,
    scored.score,
    case
        when scored.known_count is null then 0.0
        else scored.known_count / cast(pillars.indicators_count as double)
    end as known_share,
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
