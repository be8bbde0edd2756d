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

{#-
    A fraction that is to be summed: a sum of doubles depends on the order in which threads bring them, and the same lake would not give
    the same rows. The twelfth decimal is the last.
-#}
{% macro exact(expression) -%} cast({{ expression }} as decimal(38, 12)) {%- endmacro %}

{#- A sum of fractions that does not depend on their order. -#}
{% macro exact_sum(expression) -%} cast(sum({{ exact(expression) }}) as double) {%- endmacro %}

{#- sum() of integers is a HUGEINT on DuckDB. -#}
{% macro sum_bigint(expression) -%} cast(sum({{ expression }}) as bigint) {%- endmacro %}

{% macro matches(column, pattern) -%} regexp_matches({{ column }}, '{{ pattern }}') {%- endmacro %}

{% macro join_texts(column, separator) -%} array_to_string({{ column }}, '{{ separator }}') {%- endmacro %}

{#- A day as French readers write it: 21/11/2026. -#}
{% macro french_day(column) -%} strftime({{ column }}, '%d/%m/%Y') {%- endmacro %}

{#- Of the rows of a group where a column is known, its value in the first one. -#}
{% macro first_known(column, order) -%} first({{ column }} order by {{ order }}) filter (where {{ column }} is not null) {%- endmacro %}

{#- The month and the day of a date: 12-25. -#}
{% macro month_and_day(column) -%} strftime({{ column }}, '%m-%d') {%- endmacro %}

{#- 1 for Monday to 7 for Sunday. -#}
{% macro iso_weekday(column) -%} extract(isodow from {{ column }}) {%- endmacro %}

{% macro starts_with(column, prefix) -%} starts_with({{ column }}, {{ prefix }}) {%- endmacro %}

{#-
    An aggregate that takes its rows in an order: the first of them, or a mean of doubles, whose last digit would else depend on the order
    in which threads bring them.
-#}
{% macro ordered(aggregate, arguments, order) -%} {{ aggregate }}({{ arguments }} order by {{ order }}) {%- endmacro %}

{#- Of the rows of a group where an expression is known, its value in the last one: not every engine's max_by passes over a NULL. -#}
{% macro last_known(expression, order) -%} max_by({{ expression }}, {{ order }}) filter (where {{ expression }} is not null) {%- endmacro %}

{#- A list's texts in lower case; NULL for NULL. -#}
{% macro lower_texts(column) -%} list_transform({{ column }}, lambda text: lower(text)) {%- endmacro %}

{#- A text in small letters without accents. -#}
{% macro plain_letters(column) -%} lower(strip_accents({{ column }})) {%- endmacro %}

{#- A text in which every match of a pattern is replaced. -#}
{% macro replace_all(column, pattern, by) -%} regexp_replace({{ column }}, '{{ pattern }}', '{{ by }}', 'g') {%- endmacro %}

{#- One row per element of a list. -#}
{% macro each_of(column) -%} unnest({{ column }}) {%- endmacro %}

{#- NULL for an empty list. -#}
{% macro first_element(column) -%} {{ column }}[1] {%- endmacro %}

{#- The language of a tag such as fr-FR, in lower case. -#}
{% macro language_part(column) -%} lower(split_part({{ column }}, '-', 1)) {%- endmacro %}

{#- Two lists have something in common; false where one is NULL. -#}
{% macro shares_any(one, other) -%} coalesce(list_has_any({{ one }}, {{ other }}), false) {%- endmacro %}

{#- The distinct values of a group, in order, as a list. -#}
{% macro distinct_list(expression) -%} list(distinct {{ expression }} order by {{ expression }}) {%- endmacro %}

{#- The distinct elements of the lists of a group, in order. -#}
{% macro distinct_of_lists(expression) -%} list_sort(list_distinct(flatten(list({{ expression }})))) {%- endmacro %}

{#- Whether a text of a list starts with a prefix. -#}
{% macro any_starts_with(column, prefix) -%} len(list_filter({{ column }}, lambda element: starts_with(element, {{ prefix }}))) > 0 {%- endmacro %}

{% macro has_element(column, value) -%} list_contains({{ column }}, {{ value }}) {%- endmacro %}

{% macro elements_count(column) -%} len({{ column }}) {%- endmacro %}

{% macro split_text(column, separator) -%} string_split({{ column }}, '{{ separator }}') {%- endmacro %}

{#- Logarithm of the gamma function: log_gamma(n + 1) is ln n!. -#}
{% macro log_gamma(expression) -%} lgamma({{ expression }}) {%- endmacro %}

{#- `body`, in which `name` stands for `expression`: computed once, written once. Names begin with let_, so that they hide no column. -#}
{% macro let(name, expression, body) -%} list_transform([{{ expression }}], lambda {{ name }}: {{ body }})[1] {%- endmacro %}

{#- Whole minutes from one timestamp to another. -#}
{% macro minutes_between(starts_at, ends_at) -%} cast(floor(epoch({{ ends_at }} - {{ starts_at }}) / 60) as bigint) {%- endmacro %}

{#- One number for a set of rows, whatever their order: it changes when a row does. -#}
{% macro fingerprint(columns) -%} cast(bit_xor(hash({{ columns | join(', ') }})) as varchar) {%- endmacro %}

{#- The greatest of the n smallest values of a group, those of a condition only where one is given; the greatest when there are fewer. -#}
{% macro nth_smallest(expression, n, condition='true') -%} list_max(min({{ expression }}, {{ n }}) filter (where {{ condition }})) {%- endmacro %}

{#- 1 January of a year given as a number. -#}
{% macro first_day_of_year(year) -%} make_date({{ year }}, 1, 1) {%- endmacro %}

{#- A quantile (a value of the group) of the rows of a condition. -#}
{% macro quantile_filtered(expression, share, condition) -%} quantile_disc({{ expression }}, {{ share }}) filter (where {{ condition }}) {%- endmacro %}
