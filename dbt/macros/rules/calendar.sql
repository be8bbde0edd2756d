{#-
    Over how many months, this one and those before, a figure compares with the year before. One, unless the weekends of Easter, Ascension Day and
    Whitsun put other days into the month than a year ago: then April counts with March and June with May, which hold all of them between them, and
    March and May by themselves compare with nothing (0). NULL where the year before is not known.
-#}
{% macro comparison_months(month_number, feast_days, feast_days_before) -%}
    case
        when {{ feast_days_before }} is null then null
        when {{ feast_days }} = {{ feast_days_before }} then 1
        when {{ month_number }} in (4, 6) then 2
        else 0
    end
{%- endmacro %}
