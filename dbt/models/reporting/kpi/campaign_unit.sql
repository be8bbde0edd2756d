{{ config(materialized='table') }}
-- The treated territory of each campaign and KPI, and those that it may be compared with, before and after: peers without a campaign on the
-- KPI in the same months. An additive KPI is measured in its own mean before, so that large and small territories move alike.
with
campaigns as (
    select
        campaign.campaign_id,
        campaign.territory_id as treated_id,
        campaign.contaminated_ids,
        campaign.pre_months_count,
        {{ month_of('campaign.starts_on') }} as starts_month_on,
        {{ month_of('campaign.ends_on') }} as ends_month_on,
        {{ each_of('campaign.kpi_ids') }} as kpi_id
    from {{ ref('dim_campaign') }} as campaign
),

windows as (
    select
        campaigns.*,
        {{ add_months('starts_month_on', '-pre_months_count') }} as pre_month_on,
        kpi.audience,
        kpi.kind = 'additive' as is_relative
    from campaigns
    inner join {{ ref('dim_kpi') }} as kpi on campaigns.kpi_id = kpi.kpi_id
),

-- Other campaigns on the KPI in the same months: of a peer, it is no peer; of the treated itself, the effect of neither can be told.
overlapping as (
    select distinct
        own.campaign_id,
        own.kpi_id,
        other.treated_id as territory_id
    from windows as own
    inner join windows as other
        on
            own.kpi_id = other.kpi_id
            and own.campaign_id != other.campaign_id
            and own.ends_month_on >= other.starts_month_on
            and own.pre_month_on <= other.ends_month_on
),

units as (
    select
        windows.campaign_id,
        windows.kpi_id,
        windows.treated_id as territory_id,
        windows.is_relative,
        true as is_treated
    from windows
    union all
    select
        windows.campaign_id,
        windows.kpi_id,
        peer.peer_id as territory_id,
        windows.is_relative,
        false as is_treated
    from windows
    inner join {{ ref('bridge_territory_peer') }} as peer on windows.treated_id = peer.territory_id
    where
        not {{ has_element('windows.contaminated_ids', 'peer.peer_id') }}
        and (windows.campaign_id, windows.kpi_id, peer.peer_id)
        not in (select (overlapping.campaign_id, overlapping.kpi_id, overlapping.territory_id) from overlapping)
),

observed as (
    select
        units.campaign_id,
        units.kpi_id,
        units.territory_id,
        units.is_treated,
        units.is_relative,
        month.month_on,
        month.month_on >= windows.starts_month_on as is_post,
        month.value
    from units
    inner join windows on units.campaign_id = windows.campaign_id and units.kpi_id = windows.kpi_id
    inner join {{ ref('kpi_month') }} as month
        on
            units.kpi_id = month.kpi_id
            and units.territory_id = month.territory_id
            and windows.audience = month.audience
            and month.channel_code = 'all'
            and month.month_on between windows.pre_month_on and windows.ends_month_on
            and month.value is not null
),

-- The months that are known of the treated are asked of every other.
treated_months as (
    select
        campaign_id,
        kpi_id,
        month_on,
        count(*) over (partition by campaign_id, kpi_id) as months_count
    from observed
    where is_treated
),

compared as (
    select
        observed.*,
        treated_months.months_count,
        avg(case when not observed.is_post then observed.value end)
            over (
                partition by observed.campaign_id, observed.kpi_id, observed.territory_id
                order by observed.month_on rows between unbounded preceding and unbounded following
            ) as pre_mean
    from observed
    inner join treated_months
        on
            observed.campaign_id = treated_months.campaign_id
            and observed.kpi_id = treated_months.kpi_id
            and observed.month_on = treated_months.month_on
),

scaled as (
    select
        *,
        case when is_relative then value / nullif(pre_mean, 0) else value end as scaled_value
    from compared
)

-- A treated territory of which nothing was observed stays, to say so.
select
    units.campaign_id,
    units.kpi_id,
    units.territory_id,
    units.is_treated,
    units.is_relative,
    count(*) filter (where not scaled.is_post) as pre_known_count,
    count(*) filter (where scaled.is_post) as post_known_count,
    {{ ordered('avg', 'scaled.scaled_value', 'scaled.month_on') }} filter (where not scaled.is_post) as pre_mean,
    {{ ordered('avg', 'scaled.scaled_value', 'scaled.month_on') }} filter (where scaled.is_post) as post_mean,
    {{ ordered('avg', 'scaled.scaled_value', 'scaled.month_on') }} filter (where scaled.is_post)
    - {{ ordered('avg', 'scaled.scaled_value', 'scaled.month_on') }} filter (where not scaled.is_post) as change,
    {{ ordered('regr_slope', 'scaled.scaled_value, month(scaled.month_on) + 12 * year(scaled.month_on)', 'scaled.month_on') }}
        filter (where not scaled.is_post) as pre_slope,
    units.is_treated and (units.campaign_id, units.kpi_id, units.territory_id)
    in (select (overlapping.campaign_id, overlapping.kpi_id, overlapping.territory_id) from overlapping) as is_overlapped
from units
left join scaled
    on
        units.campaign_id = scaled.campaign_id
        and units.kpi_id = scaled.kpi_id
        and units.territory_id = scaled.territory_id
group by units.campaign_id, units.kpi_id, units.territory_id, units.is_treated, units.is_relative
having units.is_treated or count(scaled.month_on) = max(scaled.months_count)
