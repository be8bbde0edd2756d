{{ config(materialized='table') }}
{{ affected_since(
    'fct_contact', 'int_register_contact_seen', ['source_id', 'contact_id'], ['contacts'],
    fact_day='contacted_on', day='cast(declared_at as date)'
) }}
