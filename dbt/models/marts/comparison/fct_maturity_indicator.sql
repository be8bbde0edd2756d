-- A quarter's value of each indicator: the ratio of its sums, its last known stock, or the most that was seen.
with
newest as (
    select max(night_on) as night_on
    from {{ ref('fct_source_night') }}
    where verdict = 'accepted'
),

-- How far every enabled source of requests has been read: closings are not known beyond.
requests_read as (
    select min(frontier.last_night_on) as night_on
    from {{ ref('int_request_frontier') }} as frontier
    where frontier.source_id in (select enabled.source_id from {{ source('lake', 'enabled_source') }} as enabled)
),

months as (
    select
        month.territory_id,
        cast(date_trunc('quarter', month.month_on) as date) as quarter_on,
        month.month_on,
        indicator.*,
        case
            when indicator.indicator_code != 'resolved_in_30_days_share' then true
            else
                {{ add_months('month.month_on', 1) }} + {{ resolution_deadline_days() }}
                <= (select requests_read.night_on from requests_read)
        end as is_due,
        month.numerator,
        month.denominator
    from {{ ref('fct_maturity_month') }} as month
    inner join {{ ref('maturity_indicators') }} as indicator on month.indicator_code = indicator.indicator_code
),

quarters as (
    select
        territory_id,
        quarter_on,
        pillar_code,
        indicator_code,
        low,
        high,
        max(month_on) as last_month_on,
        bool_or(is_due) as is_due,
        case quarter_rule
            when 'ratio' then sum(numerator) filter (where is_due) / nullif(sum(denominator) filter (where is_due), 0)
            when 'last' then {{ last_known('numerator / nullif(denominator, 0)', 'month_on') }}
            when 'max' then max(numerator)
        end as value,
        case when quarter_rule = 'ratio' then sum(denominator) filter (where is_due) end as denominator
    from months
    group by territory_id, quarter_on, pillar_code, indicator_code, low, high, quarter_rule
)

select
    quarters.territory_id,
    quarters.quarter_on,
    quarters.pillar_code,
    quarters.indicator_code,
    quarters.value,
    {{ goalpost_score('quarters.value', 'quarters.low', 'quarters.high') }} as score,
    quarters.denominator,
    case when quarters.value is null then case when quarters.is_due then 'not_observed' else 'too_recent' end end as null_reason,
    quarters.last_month_on,
    {{ add_months('quarters.quarter_on', 3) }} > newest.night_on as is_provisional
from quarters
cross join newest
