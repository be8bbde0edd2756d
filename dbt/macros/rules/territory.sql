{#- INSEE's three levels of density (1 urban, 2 intermediate, 3 rural) from its seven. -#}
{% macro density_class_3(density_class_7) -%}
    case when {{ density_class_7 }} = 1 then 1 when {{ density_class_7 }} <= 4 then 2 when {{ density_class_7 }} <= 7 then 3 end
{%- endmacro %}

{#- A commune's name as people write it: no accents, hyphens or apostrophes, small letters, "saint" for "st". -#}
{% macro name_key(name) -%}
    trim({{ replace_all(replace_all(replace_all(plain_letters(name), '[^a-z0-9]+', ' '), '\\bst\\b', 'saint'), '\\bste\\b', 'sainte') }})
{%- endmacro %}

{#-
    The territory of what is dated `day` and told under a commune's code: the commune's own until it ended, its successor's from its end on. `commune` is the
    alias of dim_territory or int_commune_life, joined by the code; other levels do not end.
-#}
{% macro commune_on(commune, day) -%}
    case when {{ day }} >= {{ commune }}.ended_on then {{ commune }}.successor_id else {{ commune }}.territory_id end
{%- endmacro %}

{#- The département of a postcode. Corsica's two share 20: 200 and 201 are the south, 202 and 206 the north. -#}
{% macro department_of_postcode(postcode) -%}
    case
        when left({{ postcode }}, 2) in ('97', '98') then left({{ postcode }}, 3)
        when left({{ postcode }}, 3) in ('200', '201') then '2A'
        when left({{ postcode }}, 2) = '20' then '2B'
        else left({{ postcode }}, 2)
    end
{%- endmacro %}
