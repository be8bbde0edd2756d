{%- set facts = [
    'fct_account_day', 'fct_post', 'fct_comment', 'fct_mention', 'fct_contact', 'fct_request', 'fct_call', 'fct_web_day', 'fct_review'
] -%}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_touched_months(" ~ facts ~ ") }}"
) }}
{%- set month_is_touched = in_touched_months(facts, 'month_on') %}
with
-- A platform counts once however many accounts it has.
platforms as (
    select
        territory_id,
        month_on,
        channel_code,
        count(*) as account_days_count
    from {{ ref('fct_account_day') }}
    where channel_code != 'google_business' and {{ month_is_touched }}
    group by territory_id, month_on, channel_code
),

account_months as (
    select
        {{ last_known('territory_id', 'day_on') }} as territory_id,
        month_on,
        count(*) as account_days_count,
        max_by(followers_count, day_on) filter (where followers_count is not null) as followers_count
    from {{ ref('fct_account_day') }}
    where channel_code != 'google_business' and {{ month_is_touched }}
    group by account_key, month_on
),

{{ maturity_sums(month_is_touched, in_touched_months(facts, 'post.month_on')) }},

inside as (
    select
        bridge.territory_id,
        bridge.ancestor_id,
        ancestor.population
    from {{ ref('bridge_territory_ancestor') }} as bridge
    inner join {{ ref('dim_territory') }} as ancestor on bridge.ancestor_id = ancestor.territory_id
    where bridge.is_inside and ancestor.territory_level in ('commune', 'epci', 'departement', 'region')
)

select
    inside.ancestor_id as territory_id,
    sums.month_on,
    sums.indicator_code,
    cast(sum(sums.numerator) as double) as numerator,
    cast(case sums.indicator_code
        when 'followers_per_1000' then max(inside.population) / 1000.0
        when 'web_visits_per_inhabitant' then max(inside.population)
        else sum(sums.denominator)
    end as double) as denominator,
    cast(sum(sums.observations_count) as bigint) as observations_count
from sums
inner join inside on sums.territory_id = inside.territory_id
group by inside.ancestor_id, sums.month_on, sums.indicator_code
union all
select
    inside.ancestor_id as territory_id,
    platforms.month_on,
    'platforms' as indicator_code,
    cast(count(distinct platforms.channel_code) as double) as numerator,
    cast(1 as double) as denominator,
    cast(sum(platforms.account_days_count) as bigint) as observations_count
from platforms
inner join inside on platforms.territory_id = inside.territory_id
group by inside.ancestor_id, platforms.month_on
