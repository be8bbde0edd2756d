{%- set key = ['source_id', 'listing_id'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_rental_affected'}
) }}
-- depends_on: {{ ref('int_rental_affected') }}
with
scrapes as (
    select
        *,
        {{ month_of('dump_on') }} as month_on
    from {{ ref('stg_inside_airbnb__listings') }}
    {% if is_incremental() %}
    where (source_id, listing_id) in (select (source_id, listing_id) from {{ ref('int_rental_affected') }})
    {% endif %}
    qualify row_number() over (partition by source_id, listing_id, dump_on order by night_on desc) = 1
),

-- Where, what and whose the listing is: as its newest dump says.
newest_scrape as (
    select *
    from scrapes
    qualify row_number() over (partition by source_id, listing_id order by dump_on desc) = 1
),

scraped_months as (
    select *
    from scrapes
    qualify row_number() over (partition by source_id, listing_id, month_on order by dump_on desc) = 1
),

-- Each dump tells all reviews since the listing is there: the newest one counts, and the night that read it last.
reviews as (
    select *
    from {{ ref('stg_inside_airbnb__reviews') }}
    {% if is_incremental() %}
    where (source_id, listing_id) in (select (source_id, listing_id) from {{ ref('int_rental_affected') }})
    {% endif %}
    qualify rank() over (partition by source_id, listing_id order by dump_on desc, night_on desc) = 1
),

reviewed_months as (
    select
        source_id,
        listing_id,
        {{ month_of('reviewed_on') }} as month_on,
        max(dump_on) as dump_on,
        max(night_on) as night_on,
        count(*) as month_reviews_count
    from reviews
    group by source_id, listing_id, {{ month_of('reviewed_on') }}
),

reviews_known as (
    select
        source_id,
        listing_id,
        max(dump_on) as dump_on,
        max(night_on) as night_on
    from reviews
    group by source_id, listing_id
),

months as (
    select
        source_id,
        listing_id,
        month_on
    from scraped_months
    union
    select
        source_id,
        listing_id,
        month_on
    from reviewed_months
),

resolved as (
    select
        months.source_id,
        months.listing_id,
        months.month_on,
        listing.area_code,
        coalesce(named.territory_id, quarter.territory_id, area.territory_id) as territory_id,
        listing.host_id,
        listing.room_type_code,
        listing.minimum_nights_count,
        {{ rental_reviews(
            'reviewed.month_reviews_count', 'known.dump_on', 'listing.reviews_count', 'listing.dump_on', 'months.month_on'
        ) }} as month_reviews_count,
        coalesce(known.dump_on, listing.dump_on) < {{ add_months('months.month_on', 1) }} as is_partial_month,
        scraped.dump_on,
        scraped.available_days_count,
        scraped.price_amount,
        scraped.currency_code,
        known.night_on as reviews_night_on,
        scraped.night_on as scraped_night_on,
        coalesce(listing.night_on, known.night_on) as source_night_on
    from months
    left join newest_scrape as listing on months.source_id = listing.source_id and months.listing_id = listing.listing_id
    left join scraped_months as scraped
        on months.source_id = scraped.source_id and months.listing_id = scraped.listing_id and months.month_on = scraped.month_on
    left join reviewed_months as reviewed
        on months.source_id = reviewed.source_id and months.listing_id = reviewed.listing_id and months.month_on = reviewed.month_on
    left join reviews_known as known on months.source_id = known.source_id and months.listing_id = known.listing_id
    left join {{ ref('rental_area_map') }} as area on listing.area_code = area.area_code
    -- The site's neighbourhoods are communes in some areas and quarters of them in others, which stand in the group.
    left join {{ ref('int_commune_name') }} as named
        on
            {{ commune_key('listing.neighbourhood') }} = named.commune_name_key
            and coalesce(area.department_code, listing.neighbourhood_group) = named.department_key
    left join {{ ref('int_commune_name') }} as quarter
        on
            {{ commune_key('listing.neighbourhood_group') }} = quarter.commune_name_key
            and area.department_code = quarter.department_key
)

select
    *,
    case when month_reviews_count is null then 'not_observed' end as month_reviews_null_reason
from resolved
