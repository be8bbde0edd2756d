-- What may have been let, listing by listing: an estimate from reviews, with the parameters of rental_model_parameters.
with
parameters as (
    select
        max(value) filter (where parameter = 'review_rate_share') as review_rate_share,
        max(value) filter (where parameter = 'average_stay_nights') as average_stay_nights,
        max(value) filter (where parameter = 'occupancy_cap_share') as occupancy_cap_share
    from {{ ref('rental_model_parameters') }}
)

select
    fact.source_id,
    'reviews' as stream,
    fact.territory_id,
    fact.month_on,
    fact.listing_id,
    {{ estimated_rental_nights('fact.month_reviews_count', 'fact.minimum_nights_count', 'calendar.days_count', 'parameters') }}
        as estimated_nights_count,
    fact.month_reviews_null_reason as null_reason,
    fact.is_partial_month as is_provisional
from {{ ref('fct_rental_month') }} as fact
cross join parameters
inner join {{ ref('dim_month') }} as calendar on fact.month_on = calendar.month_on
where fact.territory_id is not null
