{#- Why a request has no resolution time. A source that never says when it closes cannot be read as having everything open. -#}
{% macro resolution_null_reason() -%}
    case
        when not is_closing_reported then 'not_reported'
        when closed_on < declared_on then 'inconsistent_dates'
        when closed_on is not null then null
        when status_code = 'closed' then 'not_reported'
        else 'open'
    end
{%- endmacro %}
