{#- Time zones and as-of lookups, one macro each, as in sql.sql. Timestamps without a zone are UTC unless named local. -#}

{#- The wall clock of a zone (an expression) at a UTC timestamp. -#}
{% macro local_of_utc(column, zone) -%} timezone({{ zone }}, {{ column }} at time zone 'UTC') {%- endmacro %}

{#- The UTC timestamp of a wall clock in a zone. Of an hour that comes twice, one of the two: ask for midnights only. -#}
{% macro utc_of_local(column, zone) -%} cast(timezone({{ zone }}, {{ column }}) at time zone 'UTC' as timestamp) {%- endmacro %}

{#- The day of a UTC timestamp in a zone (an expression). -#}
{% macro local_day_in(column, zone) -%} cast({{ local_of_utc(column, zone) }} as date) {%- endmacro %}

{#- The last row of `relation` at or before a moment, among those that `keys` joins; NULL columns where there is none. -#}
{% macro as_of_join(relation, alias, keys, moment, since) -%}
    asof left join {{ relation }} as {{ alias }} on {{ keys }} and {{ moment }} >= {{ since }}
{%- endmacro %}

{#- The numbers from `first` to `last` as a relation of one column. -#}
{% macro number_series(first, last, column) -%}
    (select unnest(generate_series({{ first }}, {{ last }})) as {{ column }})
{%- endmacro %}

{#- The days from `first` on and before `until`, as a set-returning expression. -#}
{% macro each_day(first, until) -%}
    cast(unnest(generate_series({{ first }}, cast({{ until }} - 1 as date), interval 1 day)) as date)
{%- endmacro %}
