{%- set key = ['source_id', 'commune_code', 'stay_month_on', 'accommodation_kind', 'collector'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_tourist_tax_affected'}
) }}
with
newest as (
    select *
    from ({{ versions(seen='stg_tourist_tax__stays', affected='int_tourist_tax_affected', key=key) }})
    qualify row_number() over (partition by {{ key | join(', ') }} order by night_on desc) = 1
)

select
    newest.source_id,
    newest.commune_code,
    newest.stay_month_on,
    newest.accommodation_kind,
    newest.collector,
    {{ commune_on('territory', 'newest.stay_month_on') }} as territory_id,
    accommodation.accommodation_code,
    newest.stay_month_on as month_on,
    coalesce(newest.stay_through_month_on, newest.stay_month_on) as stay_through_month_on,
    coalesce(newest.stay_through_month_on > newest.stay_month_on, false) as is_lump,
    newest.paid_on,
    newest.declarants_count,
    newest.taxed_nights_count,
    {{ hidden_null_reason('newest.taxed_nights_count', 'taxed_nights') }} as taxed_nights_null_reason,
    newest.exempt_nights_count,
    {{ hidden_null_reason('newest.exempt_nights_count', 'exempt_nights') }} as exempt_nights_null_reason,
    newest.collected_eur,
    {{ hidden_null_reason('newest.collected_eur', 'collected_eur') }} as collected_eur_null_reason,
    newest.night_on as source_night_on
from newest
inner join {{ ref('source_stream') }} as contract
    on newest.source_id = contract.source_id and contract.stream = 'stays'
left join {{ ref('dim_territory') }} as territory
    on newest.commune_code = territory.territory_code and territory.territory_level = 'commune'
left join {{ ref('accommodation_map') }} as accommodation
    on
        contract.family = accommodation.family
        and lower(trim(newest.accommodation_kind)) = accommodation.published_accommodation
