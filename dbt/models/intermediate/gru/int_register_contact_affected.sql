{{ config(materialized='table') }}
{{ affected_since('fct_contact', 'int_register_contact_seen', ['source_id', 'contact_id'], ['contacts']) }}
