{#- SQL that differs between engines, one macro each (DuckDB today; a second engine adds dispatched versions here). -#}

{#- The day of a UTC timestamp in a time zone. -#}
{% macro local_day(column, zone='Europe/Paris') -%}
    cast(timezone('{{ zone }}', {{ column }} at time zone 'UTC') as date)
{%- endmacro %}

{#- The UTC timestamp of a timestamp with time zone. -#}
{% macro utc_timestamp(column) -%} cast({{ column }} at time zone 'UTC' as timestamp) {%- endmacro %}

{% macro month_of(column) -%} cast(date_trunc('month', {{ column }}) as date) {%- endmacro %}

{% macro add_months(column, months) -%} cast({{ column }} + interval ({{ months }}) month as date) {%- endmacro %}

{% macro try_cast(column, type) -%} try_cast({{ column }} as {{ type }}) {%- endmacro %}

{#- sum() of integers is a HUGEINT on DuckDB. -#}
{% macro sum_bigint(expression) -%} cast(sum({{ expression }}) as bigint) {%- endmacro %}

{% macro matches(column, pattern) -%} regexp_matches({{ column }}, '{{ pattern }}') {%- endmacro %}

{% macro join_texts(column, separator) -%} array_to_string({{ column }}, '{{ separator }}') {%- endmacro %}

{#- A day as French readers write it: 21/11/2026. -#}
{% macro french_day(column) -%} strftime({{ column }}, '%d/%m/%Y') {%- endmacro %}

{#- A name as lists of names can be compared: small letters and digits, without accents, hyphens or apostrophes, "Saint" written out. -#}
{% macro fold_name(column) -%}
    trim(regexp_replace(
        regexp_replace(
            regexp_replace(strip_accents(lower(replace({{ column }}, 'œ', 'oe'))), '[^a-z0-9]+', ' ', 'g'), '\bste\b', 'sainte', 'g'
        ),
        '\bst\b', 'saint', 'g'
    ))
{%- endmacro %}

{#- A code that stands in a text of codes separated by commas. -#}
{% macro is_listed(code, codes) -%} list_contains(string_split({{ codes }}, ','), '{{ code }}') {%- endmacro %}
