{{ config(materialized='table') }}
{{ affected_since('fct_web_day', 'stg_matomo__visits', ['source_id', 'site_id', 'day_on'], ['visits'], fact_day='day_on', day='day_on') }}
