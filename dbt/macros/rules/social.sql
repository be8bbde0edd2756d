{#- Who speaks. "citizen_or_other" is what is left: not a watched institution, not a declared bot. It holds media and businesses too. -#}
{% macro author_kind(account_key, is_bot) -%}
    case when {{ account_key }} is not null then 'official' when {{ is_bot }} then 'bot' else 'citizen_or_other' end
{%- endmacro %}

{#- Seen once, and absent from a newer night that asked for its day again. Also true of a post whose hashtag was edited away. -#}
{% macro deleted_at_source() -%}
    coalesce(newest_covering.night_on > post.last_seen_night_on, false)
{%- endmacro %}

{#- Territory levels as ids are prefixed, from the most local to the widest. -#}
{% macro territory_levels() -%}
    ['commune', 'epci', 'departement', 'destination', 'region', 'nuts', 'country']
{%- endmacro %}
