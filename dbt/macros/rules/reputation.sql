{#- What stars alone say, from -1 (one) to 1 (five): three are neither good nor bad. Texts are not read; recommendations give no stars. -#}
{% macro sentiment_of_stars(stars_count) -%} ({{ stars_count }} - 3) / 2.0 {%- endmacro %}

{#- Why a review has no delay of reply: the platform does not show it, there is none yet, or its date cannot be true. -#}
{% macro reply_null_reason() -%}
    case
        when not is_reply_reported then 'not_reported'
        when replied_at is null and reply_content is not null then 'not_reported'
        when replied_at is null then 'not_replied'
        when replied_at < posted_at then 'inconsistent_dates'
    end
{%- endmacro %}
