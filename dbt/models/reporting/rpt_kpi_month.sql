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
    kpi.source_family,
    kpi.display_order,
    kpi_month.value,
    kpi_month.numerator,
    kpi_month.denominator,
    kpi_month.n,
    kpi_month.interval_low,
    kpi_month.interval_high,
    kpi_month.known_share,
    kpi_month.quality,
    {{ french('kpi_month.quality', {
        'ok': 'comparable', 'indicative': 'indicatif', 'withheld': 'non publié'}) }} as quality_fr,
    kpi_month.null_reason,
    {{ french('kpi_month.null_reason', {
        'not_observed': 'non observé', 'not_reported': 'non communiqué par le producteur', 'withheld': 'secret statistique',
        'below_minimum_n': 'trop peu d’observations', 'fewer_than_12_months': 'moins de 12 mois observés',
        'not_defined': 'non défini'}) }} as null_reason_fr,
    kpi_month.is_provisional,
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
