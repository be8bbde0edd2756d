{#-
    The last day that the data speak of. Posts are events read as they happen: the night itself, even a silent one. A portal and a statistical
    office publish with a delay: their latest record, never later than the night; a record of a year goes to its end.
-#}
{% macro data_through(domain, last_accepted_night_on, last_record_on) -%}
    case
        when {{ domain }} = 'social' or {{ last_record_on }} is null then {{ last_accepted_night_on }}
        else least({{ last_record_on }}, {{ last_accepted_night_on }})
    end
{%- endmacro %}

{#- "depuis 3 nuits", in French; the number is never 0 here. -#}
{% macro since_nights_fr(stale_nights) -%}
    'depuis ' || {{ stale_nights }} || case when {{ stale_nights }} > 1 then ' nuits' else ' nuit' end
{%- endmacro %}
