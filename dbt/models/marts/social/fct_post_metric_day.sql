{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='post_id',
    on_schema_change='fail', meta={'affected_by': 'int_post_affected', 'bounded_by': {'night_on': 'earliest_night_on'}}
) }}
-- depends_on: {{ ref('int_post_affected') }}
with
-- A night's figures are the owner's own view of the post where there is one.
shown as (
    select *
    from {{ ref('int_post_sighting') }}
    where not is_repost
    qualify row_number() over (
        partition by post_id, night_on
        order by scope_kind = 'own' desc, version_at desc nulls last, stream asc, scope_key asc, source_id asc
    ) = 1
),

measured as (
    select
        shown.post_id,
        shown.night_on,
        {{ month_of('shown.night_on') }} as month_on,
        shown.source_id,
        shown.channel_code,
        resolved.account_key,
        shown.posted_on,
        coalesce(shown.likes_count, insight.likes_count) as likes_count,
        case when shown.channel_code = 'instagram' then coalesce(shown.reactions_count, insight.likes_count) else shown.reactions_count end
            as reactions_count,
        shown.replies_count,
        coalesce(shown.shares_count, insight.shares_count) as shares_count,
        shown.quotes_count,
        coalesce(shown.saves_count, insight.saves_count) as saves_count,
        coalesce(shown.views_count, insight.views_count) as views_count,
        insight.reach_count,
        shown.author_followers_count
    from shown
    inner join {{ ref('int_post_resolved') }} as resolved on shown.post_id = resolved.post_id
    left join {{ ref('int_post_insight') }} as insight
        on shown.post_id = insight.post_id and shown.night_on = insight.night_on
        {% if is_incremental() %}
        and insight.night_on >= {{ literal_floor(ref('int_post_affected'), 'earliest_night_on') }}
        {% endif %}
),

counted as (
    select
        *,
        {{ interactions() }} as interactions_count
    from measured
),

-- What the day brought: against the night before, or against nothing on the post's own day. A missed night leaves two days unknown.
gained as (
    select
        *,
        case
            when lag(night_on) over nights = night_on - 1 then interactions_count - lag(interactions_count) over nights
            when lag(night_on) over nights is null and posted_on >= night_on then interactions_count
        end as interactions_gained_count
    from counted
    window nights as (partition by post_id order by night_on)
)

select
    post_id,
    night_on,
    month_on,
    source_id,
    channel_code,
    account_key,
    {{ dbt.datediff('posted_on', 'night_on', 'day') }} as age_days,
    likes_count,
    reactions_count,
    replies_count,
    shares_count,
    quotes_count,
    saves_count,
    views_count,
    reach_count,
    interactions_count,
    interactions_gained_count,
    author_followers_count,
    night_on as source_night_on
from gained
