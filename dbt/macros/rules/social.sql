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

{#-
    Why a platform gives no figure of a metric on a day: not_reported, or NULL where it does report it (a figure that is missing all the
    same was then not observed, or hidden by its owner). With `is_own`, a condition that tells own accounts from others, what
    only the owner can read is not_reported for the others.
-#}
{% macro metric_null_reason(channel, metric, day, is_own=none) -%}
    (
        select
            {% if is_own -%}
            case
                when capability.null_reason is null and capability.access = 'own_account' and not ({{ is_own }}) then 'not_reported'
                else capability.null_reason
            end
            {%- else -%}
            capability.null_reason
            {%- endif %}
        from {{ ref('int_metric_capability') }} as capability
        where
            capability.channel_code = {{ channel }}
            and capability.metric_code = '{{ metric }}'
            and (capability.period_from is null or {{ day }} >= capability.period_from)
            and (capability.period_to is null or {{ day }} < capability.period_to)
    )
{%- endmacro %}
