-- Ratings of twelve months, drawn towards the mean of all the territories whose establishments are followed, the more so the fewer the
-- reviews. A territory is that of its establishments: figures of several levels are never mixed in one.
with
months as (
    select distinct month_on
    from {{ ref('kpi_input_review') }}
    where stars_count is not null
),

rated as (
    select
        months.month_on,
        review.territory_id,
        min(review.source_id) as source_id,
        count(*) as reviews_count,
        avg(review.stars_count) as mean_stars,
        var_samp(review.stars_count) as stars_variance
    from months
    inner join {{ ref('kpi_input_review') }} as review
        on review.month_on between {{ add_months('months.month_on', -11) }} and months.month_on
    where review.stars_count is not null
    group by months.month_on, review.territory_id
),

shrunk as (
    {{ shrunk_ratings('rated', ['month_on'], ['territory_id'], 'reviews_count', 'mean_stars', 'stars_variance') }}
)

select
    rated.source_id,
    'reviews' as stream,
    rated.territory_id,
    rated.month_on,
    rated.reviews_count,
    shrunk.shrunk_mean as adjusted_rating,
    shrunk.shrunk_low as adjusted_rating_low,
    shrunk.shrunk_high as adjusted_rating_high,
    case when shrunk.shrunk_mean is null then 'no_peers' end as null_reason,
    false as is_provisional
from rated
left join shrunk on rated.month_on = shrunk.month_on and rated.territory_id = shrunk.territory_id
