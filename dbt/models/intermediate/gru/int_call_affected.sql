{{ config(materialized='table') }}
{{ affected_since(
    'fct_call', 'stg_asterisk_cdr__call_legs', ['source_id', 'call_id'], ['call_legs'], fact_day='started_on', day='cast(started_at as date)'
) }}
