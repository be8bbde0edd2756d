-- Requests, and beside them the nights that tell who else was there: a row is of one or of the other.
select
    source_id,
    stream,
    territory_id,
    month_on,
    requests_count,
    cast(null as bigint) as tax_nights_count,
    cast(null as bigint) as declarants_count,
    cast(null as integer) as days_count,
    cast(null as varchar) as null_reason,
    is_provisional
from {{ ref('kpi_input_request_month') }}
union all
select
    source_id,
    stream,
    territory_id,
    month_on,
    cast(null as bigint) as requests_count,
    tax_nights_count,
    declarants_count,
    days_count,
    null_reason,
    is_provisional
from {{ ref('kpi_input_tourist_tax_month') }}
