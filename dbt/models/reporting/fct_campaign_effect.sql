-- Difference-in-differences where its conditions hold, else before and after. Chance is told by asking each peer what it would have been
-- had it been the treated one (randomisation inference): with 19 peers the smallest p is 1 in 20. Means of fractions are taken in order:
-- else they would differ in their last digit from build to build.
with
units as (
    select *
    from {{ ref('campaign_unit') }}
    where change is not null or is_treated
),

treated as (
    select *
    from units
    where is_treated
),

peers as (
    select
        campaign_id,
        kpi_id,
        count(*) as peers_count,
        {{ ordered('avg', 'change', 'territory_id') }} as change_mean,
        {{ ordered('stddev_samp', 'change', 'territory_id') }} as change_deviation
    from units
    where not is_treated
    group by campaign_id, kpi_id
),

-- Each unit against the mean of all: the treated among them, as one of as many that might have been treated.
everybody as (
    select
        *,
        abs(change - avg(change) over same_campaign) as change_distance,
        abs(pre_slope - avg(pre_slope) over same_campaign) as slope_distance
    from units
    where change is not null
    window same_campaign as (
        partition by campaign_id, kpi_id order by territory_id rows between unbounded preceding and unbounded following
    )
),

placebos as (
    select
        own.campaign_id,
        own.kpi_id,
        cast(count(*) filter (where other.change_distance >= own.change_distance - 1e-12) as double) / count(*) as placebo_p,
        cast(count(*) filter (where other.slope_distance >= own.slope_distance - 1e-12) as double) / count(*) as pre_trend_p
    from everybody as own
    inner join everybody as other on own.campaign_id = other.campaign_id and own.kpi_id = other.kpi_id
    where own.is_treated
    group by own.campaign_id, own.kpi_id
),

year_before as (
    select
        treated.campaign_id,
        treated.kpi_id,
        count(*) as months_count,
        {{ ordered('avg', 'after.value', 'after.month_on') }} as post_value,
        {{ ordered('avg', 'before.value', 'after.month_on') }} as before_value
    from treated
    inner join {{ ref('dim_campaign') }} as campaign on treated.campaign_id = campaign.campaign_id
    inner join {{ ref('dim_kpi') }} as kpi on treated.kpi_id = kpi.kpi_id
    inner join {{ ref('kpi_month') }} as after
        on
            treated.kpi_id = after.kpi_id
            and treated.territory_id = after.territory_id
            and kpi.audience = after.audience
            and after.channel_code = 'all'
            and after.month_on between {{ month_of('campaign.starts_on') }} and {{ month_of('campaign.ends_on') }}
            and after.value is not null
    inner join {{ ref('kpi_month') }} as before
        on
            after.kpi_id = before.kpi_id
            and after.territory_id = before.territory_id
            and after.audience = before.audience
            and after.channel_code = before.channel_code
            and before.month_on = {{ add_months('after.month_on', -12) }}
            and before.value is not null
    group by treated.campaign_id, treated.kpi_id
),

judged as (
    select
        treated.*,
        -- no peer is none
        case when peers.peers_count > 0 then peers.peers_count else 0 end as peers_count,
        peers.change_mean,
        peers.change_deviation,
        peers.change_deviation * sqrt(1.0 + 1.0 / peers.peers_count) as standard_error,
        placebos.placebo_p,
        placebos.pre_trend_p,
        year_before.months_count = treated.post_known_count and year_before.before_value != 0 as has_year_before,
        case
            when treated.is_relative then year_before.post_value / nullif(year_before.before_value, 0) - 1
            else year_before.post_value - year_before.before_value
        end as year_change,
        case
            when treated.post_known_count = 0 or treated.pre_known_count = 0 or treated.change is null then 'not_observed'
            when treated.is_overlapped then 'overlapping_campaigns'
            when treated.pre_known_count < {{ minimum_pre_months() }} then 'too_few_months'
            when peers.peers_count is null or peers.peers_count < {{ minimum_campaign_peers() }} then 'too_few_peers'
            when placebos.pre_trend_p <= {{ pre_trend_level() }} then 'pre_trend'
        end as not_causal_reason
    from treated
    left join peers on treated.campaign_id = peers.campaign_id and treated.kpi_id = peers.kpi_id
    left join placebos on treated.campaign_id = placebos.campaign_id and treated.kpi_id = placebos.kpi_id
    left join year_before on treated.campaign_id = year_before.campaign_id and treated.kpi_id = year_before.kpi_id
)

{{ campaign_effect_columns() }}
