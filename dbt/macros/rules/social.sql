{#- Who speaks. "citizen_or_other" is what is left: not a watched institution, not a declared bot. It holds media and businesses too. -#}
{% macro author_kind(account_key, is_bot) -%}
    case when {{ account_key }} is not null then 'official' when {{ is_bot }} then 'bot' else 'citizen_or_other' end
{%- endmacro %}

{#- Seen once, and absent from a newer night that asked for its day again. Also true of a post whose hashtag was edited away. -#}
{% macro deleted_at_source(record) -%}
    coalesce(newest_covering.night_on > {{ record }}.last_seen_night_on, false)
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
    {{ capability_reason(channel, metric, day, is_own, 'capability.null_reason') }}
{%- endmacro %}

{#- Why a record that was read lacks a figure: as metric_null_reason, and where the platform reports it, what its absence says there. -#}
{% macro missing_reason(channel, metric, day, is_own=none) -%}
    {{ capability_reason(channel, metric, day, is_own, 'coalesce(capability.null_reason, capability.missing_reason)') }}
{%- endmacro %}

{% macro capability_reason(channel, metric, day, is_own, reason) -%}
    (
        select
            {% if is_own -%}
            case
                when capability.null_reason is null and capability.access = 'own_account' and not ({{ is_own }}) then 'not_reported'
                else {{ reason }}
            end
            {%- else -%}
            {{ reason }}
            {%- endif %}
        from {{ ref('int_metric_capability') }} as capability
        where
            capability.channel_code = {{ channel }}
            and capability.metric_code = '{{ metric }}'
            and (capability.period_from is null or {{ day }} >= capability.period_from)
            and (capability.period_to is null or {{ day }} < capability.period_to)
    )
{%- endmacro %}

{#-
    Interactions: reactions, replies and shares. Shares are left out where a post's public figures have none (YouTube) or give them to the owner
    alone and two days late (Instagram), so that one platform's posts are all counted alike. NULL when a part is.
-#}
{% macro interactions(figures='', channel='channel_code') -%}
    {{ figures }}reactions_count + {{ figures }}replies_count
    + case when {{ channel }} in ('youtube', 'instagram') then 0 else {{ figures }}shares_count end
{%- endmacro %}

{#- Days that an official answer may take and still be seen as one. -#}
{% macro answer_days() -%} 30 {%- endmacro %}

{#- Platforms on which a post that answers another one tells which, beyond one instance. -#}
{% macro tells_replies(channel) -%} {{ channel }} = 'bluesky' {%- endmacro %}

{#-
    The version of a watched account's history that a day falls in; days before the first snapshot are the first version's. Two comparisons: with
    an `or` of both sides DuckDB would compare each record with each version.
-#}
{% macro version_of_day(version, day) -%}
    {{ day }} >= case when {{ version }}.is_first then date '0001-01-01' else {{ version }}.valid_from_on end
    and {{ day }} < coalesce({{ version }}.valid_to_on, date '9999-12-31')
{%- endmacro %}

{#- Why a post has no interactions_count: the reason of the first part that it lacks. -#}
{% macro interactions_null_reason(post='', channel='channel_code') -%}
    coalesce(
        {{ post }}reactions_null_reason, {{ post }}replies_null_reason,
        case when {{ channel }} not in ('youtube', 'instagram') then {{ post }}shares_null_reason end
    )
{%- endmacro %}
