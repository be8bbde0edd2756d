-- Reviews that are still at their source. A recommendation has no stars, and the other way round.
select
    source_id,
    stream,
    review_id,
    territory_id,
    month_on,
    posted_on as day_on,
    channel_code,
    account_key,
    stars_count,
    sentiment_score,
    stars_count <= 2 as is_negative,
    recommendation_code = 'positive' as is_recommendation,
    is_replied,
    cast(null as varchar) as null_reason,
    false as is_provisional
from {{ ref('fct_review') }}
where not is_deleted_at_source
