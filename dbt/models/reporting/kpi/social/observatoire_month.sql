{%- set facts = ['fct_post', 'fct_account_day'] -%}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_touched_months(" ~ facts ~ ", ahead=2) }}"
) }}
-- What the index needs of the posts, month by month: a rate of engagement with its spread, and how often the accounts post. The days that
-- posts are counted over reach two months back at most.
-- depends_on: {{ source('lake', 'touched_month') }}
with
engagement as (
    select
        territory_id,
        month_on,
        count(rated_denominator_count) as posts_count,
        cast(sum(rated_interactions_count) as double) as interactions_sum,
        cast(sum(rated_denominator_count) as double) as followers_sum,
        cast(sum(rated_interactions_count * rated_interactions_count) as double) as interactions_squares,
        cast(sum(rated_interactions_count * rated_denominator_count) as double) as products,
        cast(sum(rated_denominator_count * rated_denominator_count) as double) as followers_squares,
        min(null_reason) as null_reason
    from {{ ref('kpi_input_engagement_by_followers') }}
    where channel_code = 'instagram' and {{ in_touched_months(facts, 'month_on', ahead=2) }}
    group by territory_id, month_on
),

activity as (
    select
        territory_id,
        month_on,
        sum(posts_of_30_days_count) / cast(max(observed_days) as double) as posts_per_day
    from {{ ref('kpi_input_account_posting') }}
    where channel_code = 'instagram' and {{ in_touched_months(facts, 'month_on', ahead=2) }}
    group by territory_id, month_on
)

select
    coalesce(engagement.territory_id, activity.territory_id) as territory_id,
    coalesce(engagement.month_on, activity.month_on) as month_on,
    engagement.posts_count,
    engagement.interactions_sum,
    engagement.followers_sum,
    engagement.interactions_squares,
    engagement.products,
    engagement.followers_squares,
    engagement.null_reason as engagement_null_reason,
    activity.posts_per_day
from engagement
full join activity on engagement.territory_id = activity.territory_id and engagement.month_on = activity.month_on
