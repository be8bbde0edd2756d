{{ config(materialized='table') }}
-- What the run replaces in the facts that fct_voice is made of.
{%- set facts = {
    'post': ['int_post_affected', 'post_id'],
    'comment': ['int_comment_affected', 'comment_id'],
    'review': ['int_review_affected', "source_id || '/' || review_id"],
    'request': ['int_request_affected', "source_id || '/' || request_id"],
    'survey_answer': ['int_satisfaction_affected', "source_id || '/' || answer_id"]
} %}
{% for voice_kind, (affected, record) in facts.items() -%}
select distinct
    '{{ voice_kind }}:' || {{ record }} as voice_id,
    month_on
from {{ ref(affected) }}
{{ 'union all' if not loop.last }}
{% endfor %}
