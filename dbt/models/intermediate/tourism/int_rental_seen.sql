-- Which nights say something of a listing: those that loaded a dump that shows it, or that dump's reviews.
select distinct
    source_id,
    listing_id,
    night_on
from {{ ref('stg_inside_airbnb__listings') }}
union
select distinct
    source_id,
    listing_id,
    night_on
from {{ ref('stg_inside_airbnb__reviews') }}
