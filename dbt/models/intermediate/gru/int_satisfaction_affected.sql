{{ config(materialized='table') }}
-- A survey dates an answer by its last change, unless it says when it was submitted: an answer may move to another month.
{{ affected_since(
    'fct_satisfaction', 'int_satisfaction_seen', ['source_id', 'answer_id'], ['answers', 'experiences'], fact_day='answered_on'
) }}
