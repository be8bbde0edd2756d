{{ config(materialized='table') }}
-- Contacts to recompute: the cases, the calls and the lines of registers that pending nights affect.
select
    source_id,
    request_id as contact_id,
    month_on
from {{ ref('int_request_affected') }}
union all
select
    source_id,
    call_id as contact_id,
    month_on
from {{ ref('int_call_affected') }}
union all
select
    source_id,
    contact_id,
    month_on
from {{ ref('int_register_contact_affected') }}
