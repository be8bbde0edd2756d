{{ config(materialized='table') }}
{{ affected_since('fct_satisfaction', 'int_satisfaction_seen', ['source_id', 'answer_id'], ['answers', 'experiences']) }}
