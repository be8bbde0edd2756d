{#- Why a case has no resolution time. A source that never says when it closes cannot be read as having everything open. -#}
{% macro resolution_null_reason() -%}
    case
        when not has_status then 'not_reported'
        when is_closed is null then 'status_not_mapped'
        when not is_closed then 'open'
        when resolved_on is null and is_closing_reported then 'not_reported'
        when resolved_on is null then 'not_observed'
        when resolved_on < declared_on then 'inconsistent_dates'
    end
{%- endmacro %}

{#- Publishers that list the changes of status of a case, and who made them. Of the others we see statuses, not answers. -#}
{% macro lists_events(stream) -%} {{ stream }} = 'forms' {%- endmacro %}

{#- Why nobody knows how often a case was opened again, or handed on: seen from nights, it must have been seen from its first day. -#}
{% macro seen_course_null_reason(is_known) -%}
    case when not ({{ is_known }}) then 'not_reported' when not is_seen_from_start then 'not_observed' end
{%- endmacro %}

{#- Whether a version of a case says it is closed; NULL where it says nothing. A workflow may let cases leave a status called closed. -#}
{% macro request_is_closed() -%}
    case
        when seen.is_endpoint or seen.closed_at is not null or seen.closed_on is not null or status.status_code = 'closed' then true
        when seen.is_endpoint is not null or status.status_code is not null then false
    end
{%- endmacro %}

{#- Open seconds of a schedule up to a moment, read at its last opening (int_opening_hours as of the moment). NULL outside its calendar. -#}
{% macro open_seconds(opening, moment) -%}
    ({{ opening }}.open_seconds_before + {{ dbt.datediff(opening ~ '.opens_at', 'least(' ~ moment ~ ', ' ~ opening ~ '.closes_at)', 'second') }})
{%- endmacro %}

{#- When a night ends: the night of a day is that day in Paris. -#}
{% macro night_end(night_on) -%} {{ utc_of_local('cast(' ~ night_on ~ ' + 1 as timestamp)', "'Europe/Paris'") }} {%- endmacro %}

{#- A sum of whole numbers that is known only when every one of them is; NULL over nothing. -#}
{% macro sum_known(column, condition) -%}
    case
        when count(*) filter (where {{ condition }}) = count({{ column }}) filter (where {{ condition }})
            then cast(sum({{ column }}) filter (where {{ condition }}) as bigint)
    end
{%- endmacro %}

{#- Why a business time is missing: no calendar time either, a publisher that gives days only, or hours of work not in comptoir.yml. -#}
{% macro clock_null_reason(calendar_reason, ended_at, business_seconds) -%}
    case
        when {{ calendar_reason }} is not null then {{ calendar_reason }}
        when judged.declared_at is null or {{ ended_at }} is null then 'day_precision'
        when {{ business_seconds }} is null then 'no_schedule'
    end
{%- endmacro %}

{#- Why a record has no theme: the publisher gives no category, or one that theme_map does not know. -#}
{% macro theme_null_reason(theme_code, category) -%}
    case when {{ theme_code }} is not null then null when {{ category }} is null then 'not_reported' else 'not_mapped' end
{%- endmacro %}

{#- How a person says that it went: positive, neutral or negative; NULL for what is none of these. -#}
{% macro tonality_code(column) -%}
    case lower(trim({{ column }}))
        when 'positif' then 'positive' when 'positive' then 'positive'
        when 'neutre' then 'neutral' when 'neutral' then 'neutral'
        when 'négatif' then 'negative' when 'negative' then 'negative'
    end
{%- endmacro %}

{#- Two rows of a case's course count the same way in the stock, on whatever days. -#}
{% macro same_stock_row(one, other) -%}
    {{ one }}.territory_id is not distinct from {{ other }}.territory_id
    and {{ one }}.declared_on = {{ other }}.declared_on
    and {{ one }}.is_closed is not distinct from {{ other }}.is_closed
    and {{ one }}.is_reopening is not distinct from {{ other }}.is_reopening
    and ({{ one }}.occurred_on is null) = ({{ other }}.occurred_on is null)
{%- endmacro %}

{#- Why a delay has no business hours: no days either, a publisher that gives days only, or hours of work not in comptoir.yml. -#}
{% macro delay_business_null_reason(reason, hours, is_dated='true') -%}
    case
        when {{ reason }} is not null then {{ reason }}
        when {{ hours }} is not null then null
        when declared_at is null or not {{ is_dated }} or (closed_on is not null and closed_at is null) then 'day_precision'
        else 'no_schedule'
    end
{%- endmacro %}

{#-
    The first day on which a row of a case's course is out of the stock of cases that are, or may be, open. `frontier` is how long a case is
    shown, and `read_until` until when those are open that are open until further notice.
-#}
{% macro stock_until(event, read_until) -%}
    case
        when {{ event }}.is_closed then {{ event }}.in_force_from_on
        else greatest(
            {{ event }}.in_force_from_on,
            least(coalesce({{ event }}.in_force_until_on, {{ read_until }}), {{ event }}.declared_on + frontier.shown_days)
        )
    end
{%- endmacro %}

{#-
    The contacts that count, each with whether its channel is digital or paper. A case that an agent typed for somebody who called, came or wrote is a
    second trace of that exchange: it is left out where the telephone exchange or the register of its place counts that channel in that month.
    `month_is_touched` is a condition on month_on.
-#}
{% macro contacts_counted_once(month_is_touched='true') -%}
    select
        contact.*,
        channel.is_digital,
        channel.is_paper
    from {{ ref('fct_contact') }} as contact
    inner join {{ ref('dim_channel') }} as channel on contact.channel_code = channel.channel_code
    left join (
        select distinct
            bridge.territory_id,
            traced.channel_code,
            traced.month_on
        from {{ ref('fct_contact') }} as traced
        inner join {{ ref('bridge_territory_ancestor') }} as bridge on traced.territory_id = bridge.ancestor_id and bridge.is_inside
        where traced.contact_kind <> 'case' and {{ month_is_touched }}
    ) as counted_elsewhere
        on
            case when contact.contact_kind = 'case' and contact.is_typed_by_agent then contact.territory_id end = counted_elsewhere.territory_id
            and contact.channel_code = counted_elsewhere.channel_code
            and contact.month_on = counted_elsewhere.month_on
    where contact.territory_id is not null and counted_elsewhere.territory_id is null
{%- endmacro %}

{#- Whose contacts are drawn together: those of one e-mail, else of one number; a contact that left neither stands for itself. -#}
{% macro requester_key(of='') -%}
    coalesce({{ of }}requester_email_id, {{ of }}requester_phone_id, {{ of }}source_id || ' ' || {{ of }}contact_id)
{%- endmacro %}
