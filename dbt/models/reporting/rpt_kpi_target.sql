-- A KPI over a target's period: sums where months add up, the ratio of the sums, else the last known month. A sum that lacks a month that
-- has passed is no sum.
with
months as (
    select
        target.*,
        kpi.name_fr as kpi_name_fr,
        kpi.kind,
        kpi.scale,
        kpi.unit,
        kpi.value_format,
        kpi.time_aggregation,
        month.month_on,
        month.value,
        month.numerator,
        month.denominator,
        month.is_provisional,
        month.data_through_on
    from {{ ref('dim_target') }} as target
    inner join {{ ref('dim_kpi') }} as kpi on target.kpi_id = kpi.kpi_id
    left join {{ ref('kpi_month') }} as month
        on
            target.kpi_id = month.kpi_id
            and target.territory_id = month.territory_id
            and target.audience = month.audience
            and target.channel_code = month.channel_code
            and month.month_on between target.starts_on and target.ends_on
),

periods as (
    select
        kpi_id,
        kpi_name_fr,
        territory_id,
        audience,
        channel_code,
        period_code,
        period_kind,
        starts_on,
        ends_on,
        months_count,
        target_value,
        sense_code,
        unit,
        value_format,
        count(value) as known_months_count,
        case
            when count(value) = 0 then null
            when kind = 'ratio' and time_aggregation != 'last' then scale * sum(numerator) / nullif(sum(denominator), 0)
            when kind = 'additive' and time_aggregation = 'sum' then case when count(value) = count(month_on) then sum(value) end
            else max_by(value, month_on) filter (where value is not null)
        end as value,
        kind = 'additive' and time_aggregation = 'sum' as is_sum,
        count(month_on) = months_count and coalesce(not bool_or(is_provisional), false) as is_final,
        max(data_through_on) as data_through_on
    from months
    group by
        kpi_id, kpi_name_fr, territory_id, audience, channel_code, period_code, period_kind, starts_on, ends_on, months_count, target_value,
        sense_code, unit, value_format, kind, scale, time_aggregation
),

judged as (
    select
        *,
        -- What only adds up and is over a ceiling, or over a floor, stays so.
        case
            when value is null then 'unknown'
            when sense_code = 'at_least' and value >= target_value and (is_final or is_sum) then 'reached'
            when sense_code = 'at_most' and value > target_value and (is_final or is_sum) then 'missed'
            when not is_final then 'in_progress'
            when sense_code = 'at_most' then 'reached'
            else 'missed'
        end as status_code
    from periods
)

select
    kpi_id,
    kpi_name_fr,
    territory_id,
    audience,
    channel_code,
    period_code,
    period_kind,
    starts_on,
    ends_on,
    target_value,
    sense_code,
    unit,
    value_format,
    value,
    value - target_value as gap,
    value / nullif(target_value, 0) as attainment_share,
    cast(known_months_count as integer) as known_months_count,
    months_count,
    is_final,
    status_code,
    {{ french('status_code', {
        'reached': 'atteint', 'missed': 'non atteint', 'in_progress': 'en cours', 'unknown': 'inconnu'}) }} as status_fr,
    case when value is null then 'not_observed' end as null_reason,
    data_through_on
from judged
