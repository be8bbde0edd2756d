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
        input.territory_id,
        input.month_on,
        count(input.rated_denominator_count) as posts_count,
        cast({{ kpi_expression('engagement_rate_by_followers', 'numerator') }} as double) as interactions_sum,
        cast({{ kpi_expression('engagement_rate_by_followers', 'denominator') }} as double) as followers_sum,
        cast(sum(input.rated_interactions_count * input.rated_interactions_count) as double) as interactions_squares,
        cast(sum(input.rated_interactions_count * input.rated_denominator_count) as double) as products,
        cast(sum(input.rated_denominator_count * input.rated_denominator_count) as double) as followers_squares,
        min(input.null_reason) as null_reason
    from {{ ref('kpi_input_engagement_by_followers') }} as input
    where input.channel_code = 'instagram' and {{ in_touched_months(facts, 'input.month_on', ahead=2) }}
    group by input.territory_id, input.month_on
),

activity as (
    select
        input.territory_id,
        input.month_on,
        {{ kpi_expression('official_posts_per_day', 'numerator') }}
        / cast({{ kpi_expression('official_posts_per_day', 'denominator') }} as double) as posts_per_day
    from {{ ref('kpi_input_account_posting') }} as input
    where input.channel_code = 'instagram' and {{ in_touched_months(facts, 'input.month_on', ahead=2) }}
    group by input.territory_id, input.month_on
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
