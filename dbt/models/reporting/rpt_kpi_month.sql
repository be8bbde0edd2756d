{{ config(materialized='view', unique_key=['kpi_id', 'month_on'], meta={'affected_by': 'kpi_affected_month'}) }}
select
    kpi_month.territory_id,
    territory.territory_level,
    territory.territory_code,
    territory.territory_name,
    kpi_month.month_on,
    kpi_month.audience,
    {{ french('kpi_month.audience', {
        'all': 'tous publics', 'resident': 'habitants', 'visitor': 'visiteurs', 'prospect': 'futurs visiteurs',
        'unknown': 'public non déterminé'}) }} as audience_fr,
    kpi_month.channel_code,
    case when kpi_month.channel_code = 'all' then 'tous canaux' else channel.channel_name_fr end as channel_fr,
    kpi_month.kpi_id,
    kpi.name_fr as kpi_name_fr,
    kpi.question_fr,
    kpi.definition_fr,
    kpi.caveat_fr,
    kpi.denominator_date_fr,
    kpi.kind,
    kpi.unit,
    kpi.value_format,
    kpi.direction,
    kpi.time_aggregation,
    kpi.display_order,
    kpi_month.value,
    kpi_month.numerator,
    kpi_month.denominator,
    kpi_month.n,
    kpi_month.interval_low,
    kpi_month.interval_high,
    kpi_month.known_share,
    kpi_month.audience_known_share,
    kpi_month.audience_low,
    kpi_month.audience_high,
    kpi_month.peer_median,
    kpi_month.peer_count,
    kpi_month.target_value,
    kpi_month.quality,
    {{ french('kpi_month.quality', {
        'ok': 'comparable', 'indicative': 'indicatif', 'withheld': 'non publié'}) }} as quality_fr,
    kpi_month.null_reason,
    null_reason.reason_fr as null_reason_fr,
    kpi_month.is_provisional,
    kpi_month.is_series_break,
    kpi_month.break_reason_fr,
    kpi_month.data_through_on,
    kpi_month.stale_nights,
    'données jusqu’au ' || {{ french_day('kpi_month.data_through_on') }}
    || case when kpi_month.is_provisional then ', provisoire' else '' end
    || case
        when kpi_month.stale_nights > 0
            then ', sans nouvelles ' || {{ since_nights_fr('kpi_month.stale_nights') }}
        else ''
    end as freshness_fr
from {{ ref('kpi_month') }} as kpi_month
inner join {{ ref('dim_territory') }} as territory on kpi_month.territory_id = territory.territory_id
inner join {{ ref('dim_kpi') }} as kpi on kpi_month.kpi_id = kpi.kpi_id
left join {{ ref('dim_channel') }} as channel on kpi_month.channel_code = channel.channel_code
left join {{ ref('null_reasons') }} as null_reason on kpi_month.null_reason = null_reason.null_reason
