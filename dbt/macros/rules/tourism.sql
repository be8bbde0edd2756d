{#- Country of residence of the guest: domestic guests live in the country, which says nothing of the territory. -#}
{% macro origin_country_group(residence_code) -%}
    case {{ residence_code }} when 'DOM' then 'domestic' when 'FOR' then 'foreign' when 'TOTAL' then 'all' end
{%- endmacro %}

{#- The same in INSEE's codes: 250 is France in ISO 3166, 1_X_250 the world without it. A single country is none of these. -#}
{% macro insee_origin_country_group(residence_code) -%}
    case {{ residence_code }} when '250' then 'domestic' when '1_X_250' then 'foreign' when '_T' then 'all' end
{%- endmacro %}

{#- Why Eurostat gives no figure: confidential (flag c, `@C`), or not reported (`:`). -#}
{% macro nights_null_reason(nights_count, obs_flag) -%}
    case
        when {{ nights_count }} is not null then null
        when {{ matches(obs_flag, '[cC]') }} then 'withheld'
        else 'not_reported'
    end
{%- endmacro %}

{#- Flags p (provisional) and e (estimated) announce a revision. -#}
{% macro is_provisional_flag(obs_flag) -%}
    coalesce({{ matches(obs_flag, '[pe]') }}, false)
{%- endmacro %}

{#- The vintage of a figure: when its publisher last updated the table or, where it does not say, the night that read it. -#}
{% macro vintage(updated_at, night_on) -%} coalesce({{ updated_at }}, cast({{ night_on }} as timestamp)) {%- endmacro %}

{#- Why INSEE gives no figure: secret (confidentiality C), or not reported. -#}
{% macro insee_null_reason(observed_value, confidentiality_code) -%}
    case
        when {{ observed_value }} is not null then null
        when {{ confidentiality_code }} = 'C' then 'withheld'
        else 'not_reported'
    end
{%- endmacro %}

{#-
    Cells of INSEE's table of stays of one kind of period, with their measures side by side. month_on is `period_on`, the first day of the period.
    Classes of hotels, kinds of area and single countries of residence are left out: their totals are kept.
-#}
{% macro insee_stays(period_kind, period_on) -%}
    {%- set measures = [
        ('NUI', 'nights_count', none), ('ARR', 'arrivals_count', none), ('PLACE_OCCUPANCY_RATE', 'occupancy_share', 'percent')
    ] -%}
    select
        source_id,
        night_on,
        'frequentation' as stream,
        place_level_code || '-' || place_code as geo_code,
        {{ period_on }} as month_on,
        activity_code as published_accommodation_code,
        {{ insee_origin_country_group('guest_residence_code') }} as origin_country_group,
        {{ vintage('vintage_at', 'night_on') }} as vintage_at,
        {% for code, name, scale in measures -%}
        {{ 'round(' if scale == 'percent' }}max(case when measure_code = '{{ code }}' then observed_value end){{ ' / 100, 6)' if scale == 'percent' }} as {{ name }},
        {{ insee_null_reason(
            "max(case when measure_code = '" ~ code ~ "' then observed_value end)",
            "max(case when measure_code = '" ~ code ~ "' then confidentiality_code end)"
        ) }} as {{ name.split('_')[0] }}_null_reason,
        {% endfor -%}
        {{ join_texts(distinct_list('obs_status_code') ~ ' filter (where obs_status_code is not null)', ' ') }} as obs_flag,
        coalesce(bool_or(obs_status_code = 'P'), false) as is_provisional
    from {{ ref('stg_insee_melodi__frequentation') }}
    where
        period_kind_code = '{{ period_kind }}'
        and guest_residence_code in ('_T', '250', '1_X_250')
        and hotel_class_code = '_T'
        and area_type_code = '_T'
        and ranking_code = '_T'
        and {{ period_on }} is not null
    group by source_id, night_on, place_level_code, place_code, {{ period_on }}, activity_code, guest_residence_code, vintage_at
{%- endmacro %}

{#- A territory as statistical offices write its place: Eurostat by its own code, INSEE by level and code. -#}
{% macro statistical_geo_code(level, code) -%}
    case
        when {{ level }} in ('country', 'aggregate', 'nuts1', 'nuts2', 'nuts3') then {{ code }}
        when {{ level }} = 'region' then 'REG-' || {{ code }}
        when {{ level }} = 'departement' then 'DEP-' || {{ code }}
        when {{ level }} = 'epci' then 'EPCI-' || {{ code }}
        when {{ level }} = 'commune' then 'COM-' || {{ code }}
    end
{%- endmacro %}

{#- Why a file that says which figures it hides gives none of `field`. -#}
{% macro hidden_null_reason(value, field) -%}
    case
        when {{ value }} is not null then null
        when {{ has_element(split_text('withheld_fields', ','), "'" ~ field ~ "'") }} then 'withheld'
        else 'not_reported'
    end
{%- endmacro %}

{#- Why a site has no entries: F says that it was closed, NC that it did not say. -#}
{% macro entries_null_reason(total_entries_count, note_code) -%}
    case when {{ total_entries_count }} is not null then null when {{ note_code }} = 'F' then 'closed' else 'not_reported' end
{%- endmacro %}

{#- The last day of a period of a grain (year, quarter, month, day). -#}
{% macro period_end(starts_on, grain) -%}
    cast(case {{ grain }}
        when 'year' then {{ dbt.dateadd('year', 1, starts_on) }}
        when 'quarter' then {{ dbt.dateadd('month', 3, starts_on) }}
        when 'month' then {{ dbt.dateadd('month', 1, starts_on) }}
        else {{ dbt.dateadd('day', 1, starts_on) }}
    end as date) - 1
{%- endmacro %}

{#- The id of a site that counts its entries: its sender's code is its own. -#}
{% macro site_place_id(source_id, site_code) -%} 'site:' || {{ source_id }} || ':' || {{ site_code }} {%- endmacro %}

{#- A commune's name in an address, as name_key writes it: without "Cedex", nor the arrondissement of Paris, Lyon and Marseille. -#}
{% macro commune_key(name) -%}
    regexp_replace({{ name_key(name) }}, ' (cedex.*|\d+ ?(e|er|eme) arrondissement)$', '')
{%- endmacro %}

{#-
    Reviews of a listing in a month: none where a list of reviews that reaches the month does not name it, or where its dump says that it never had
    any. NULL where no list was read that reaches the month.
-#}
{% macro rental_reviews(month_reviews_count, reviews_dump_on, reviews_count, listing_dump_on, month_on) -%}
    case
        when {{ month_reviews_count }} is not null then {{ month_reviews_count }}
        when {{ reviews_dump_on }} >= {{ month_on }} then 0
        when {{ reviews_count }} = 0 and {{ listing_dump_on }} >= {{ month_on }} then 0
    end
{%- endmacro %}

{#- Nights let in a month, guessed from its reviews: unreviewed stays added, each as long as the listing asks for, not above a cap. -#}
{% macro estimated_rental_nights(month_reviews_count, minimum_nights_count, days_count, parameters) -%}
    least(
        {{ month_reviews_count }} / {{ parameters }}.review_rate_share
        * greatest({{ parameters }}.average_stay_nights, {{ minimum_nights_count }}),
        {{ parameters }}.occupancy_cap_share * {{ days_count }}
    )
{%- endmacro %}
