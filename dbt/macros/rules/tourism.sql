{#- Country of residence of the guest: domestic guests live in the country, which says nothing of the territory. -#}
{% macro origin_country_group(residence_code) -%}
    case {{ residence_code }} when 'DOM' then 'domestic' when 'FOR' then 'foreign' when 'TOTAL' then 'all' end
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
