{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_touched_months(['fct_request_delay']) }}"
) }}
-- depends_on: {{ source('lake', 'touched_month') }}
{{ request_delay_quantiles('observed_reply_business_hours', 'is_replied', 'reply_business_delay_null_reason') }}
