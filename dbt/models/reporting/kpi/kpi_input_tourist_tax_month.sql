-- Lines of one month only: what a platform pays for several months at once is of none of them.
select
    source_id,
    'stays' as stream,
    territory_id,
    month_on,
    collector,
    taxed_nights_count + exempt_nights_count as tax_nights_count,
    declarants_count,
    coalesce(taxed_nights_null_reason, exempt_nights_null_reason) as null_reason,
    false as is_provisional
from {{ ref('fct_tourist_tax') }}
where not is_lump and territory_id is not null
