{{ config(materialized='table') }}
{%- set built = as_last_built('fct_account_day') %}
-- depends_on: {{ ref('source_stream') }}
{{ affected_keys(
    fact='fct_account_day',
    seen='int_account_day_seen',
    key=['account_key', 'day_on'],
    streams=['accounts', 'account_metrics'],
    nights=['first_seen_night_on', 'last_seen_night_on']
) }}
{% if built -%}
-- An insight is restated for days: what a night inside that window showed of a day may have counted.
union
select
    fact.account_key,
    fact.day_on,
    fact.month_on
from {{ built }} as fact
inner join {{ ref('source_stream') }} as contract
    on fact.channel_code = contract.family and contract.stream = 'account_metrics'
inner join {{ source('lake', 'pending_file') }} as pending
    on
        contract.source_id = pending.source_id
        and contract.stream = pending.stream
        and fact.day_on between pending.night_on - cast(contract.re_read_days as integer) and pending.night_on
{%- endif %}
