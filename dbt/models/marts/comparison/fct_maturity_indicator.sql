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
        month.denominator,
        month.observations_count
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
        min_n,
        interval_rule,
        max(month_on) as last_month_on,
        bool_or(is_due) as is_due,
        case quarter_rule
            when 'ratio' then sum(numerator) filter (where is_due) / nullif(sum(denominator) filter (where is_due), 0)
            when 'last' then {{ last_known('numerator / nullif(denominator, 0)', 'month_on') }}
            when 'max' then max(numerator)
        end as value,
        sum(numerator) filter (where is_due) as numerator,
        case when quarter_rule = 'ratio' then sum(denominator) filter (where is_due) end as denominator,
        sum(observations_count) filter (where is_due) as observations_count
    from months
    group by territory_id, quarter_on, pillar_code, indicator_code, low, high, min_n, interval_rule, quarter_rule
),

-- A share of contacts says which ways a territory is heard by before it says anything of the territory.
heard as (
    select
        territory_id,
        cast(date_trunc('quarter', month_on) as date) as quarter_on,
        count(distinct indicator_code) as ways_count
    from {{ ref('fct_maturity_month') }}
    where indicator_code in ('digital_contact_share', 'contacts_by_phone', 'contacts_by_counter_or_mail') and numerator > 0
    group by territory_id, cast(date_trunc('quarter', month_on) as date)
),

reasoned as (
    select
        quarters.*,
        case
            when quarters.value is null and not quarters.is_due then 'too_recent'
            when quarters.value is null then 'not_observed'
            when quarters.indicator_code = 'digital_contact_share' and (heard.ways_count is null or heard.ways_count < {{ contact_ways() }})
                then 'channels_not_observed'
            when quarters.observations_count < quarters.min_n then 'below_minimum_n'
        end as null_reason
    from quarters
    left join heard on quarters.territory_id = heard.territory_id and quarters.quarter_on = heard.quarter_on
),

bounded as (
    select
        *,
        {% for bound, side in {'low': '-', 'high': '+'}.items() -%}
        case interval_rule
            when 'count' then value
            when 'share' then {{ share_bound('numerator', 'denominator', side) }}
        end as value_{{ bound }}{{ ',' if not loop.last }}
        {% endfor -%}
    from reasoned
)

select
    bounded.territory_id,
    bounded.quarter_on,
    bounded.pillar_code,
    bounded.indicator_code,
    case when bounded.null_reason is null then bounded.value end as value,
    {% for column, value in {'score': 'value', 'score_low': 'value_low', 'score_high': 'value_high'}.items() -%}
    case when bounded.null_reason is null then {{ goalpost_score('bounded.' ~ value, 'bounded.low', 'bounded.high') }} end as {{ column }},
    {% endfor -%}
    bounded.denominator,
    cast(bounded.observations_count as bigint) as observations_count,
    bounded.null_reason,
    bounded.last_month_on,
    {{ add_months('bounded.quarter_on', 3) }} > newest.night_on as is_provisional
from bounded
cross join newest
