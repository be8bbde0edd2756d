-- Lines of one month only: what a platform pays for several months at once is of none of them.
select
    tax.source_id,
    'stays' as stream,
    tax.territory_id,
    tax.month_on,
    month.days_count,
    tax.collector,
    tax.taxed_nights_count + tax.exempt_nights_count as tax_nights_count,
    tax.declarants_count,
    coalesce(tax.taxed_nights_null_reason, tax.exempt_nights_null_reason) as null_reason,
    false as is_provisional
from {{ ref('fct_tourist_tax') }} as tax
inner join {{ ref('dim_month') }} as month on tax.month_on = month.month_on
where not tax.is_lump and tax.territory_id is not null
