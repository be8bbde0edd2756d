-- Listings that a dump of the month shows. One that had a review in the twelve months up to it is let; the others may be dormant.
with
reviewed as (
    select
        *,
        sum(month_reviews_count) over (
            partition by source_id, listing_id
            order by month_on range between interval 11 months preceding and current row
        ) as year_reviews_count
    from {{ ref('fct_rental_month') }}
)

select
    source_id,
    'listings' as stream,
    territory_id,
    month_on,
    listing_id,
    room_type_code = 'Entire home/apt' as is_entire_home,
    year_reviews_count > 0 as is_active,
    month_reviews_null_reason as null_reason,
    false as is_provisional
from reviewed
where dump_on is not null and territory_id is not null
