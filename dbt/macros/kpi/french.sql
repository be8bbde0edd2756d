{#- The French label of a code; NULL for NULL, and for a code without a label (a test refuses that). -#}
{% macro french(column, labels) -%}
    case {{ column }}
        {%- for code, label in labels.items() %} when '{{ code }}' then '{{ label }}'{% endfor %}
    end
{%- endmacro %}
