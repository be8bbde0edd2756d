-- What each captured citizen post earned, beside what official posts of the territory earned on average on the same platform in the same
-- week (cut at the month). Weeks without official posts compare nothing.
with
official as (
    select
        post.channel_code,
        bridge.ancestor_id as territory_id,
        post.month_on,
        {{ dbt.date_trunc('week', 'post.posted_on') }} as week_on,
        avg(post.interactions_count) as interactions_mean
    from {{ ref('fct_post') }} as post
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on post.territory_id = bridge.territory_id and bridge.is_inside
    where post.account_key is not null and not post.is_repost and not post.is_deleted_at_source
    group by post.channel_code, bridge.ancestor_id, post.month_on, {{ dbt.date_trunc('week', 'post.posted_on') }}
)

select
    citizen.post_id,
    citizen.source_id,
    citizen.stream,
    citizen.channel_code,
    citizen.territory_id,
    citizen.month_on,
    citizen.author_key,
    case when official.interactions_mean > 0 then citizen.interactions_count end as compared_interactions_count,
    {{ exact('case when official.interactions_mean > 0 and citizen.interactions_count is not null then official.interactions_mean end') }}
        as expected_interactions_count,
    case
        when citizen.interactions_count is null then citizen.null_reason
        when official.interactions_mean is null then 'not_observed'
        when official.interactions_mean = 0 then 'not_defined'
    end as null_reason,
    citizen.is_provisional
from {{ ref('kpi_input_captured_post') }} as citizen
left join official
    on
        citizen.channel_code = official.channel_code
        and citizen.territory_id = official.territory_id
        and citizen.month_on = official.month_on
        and {{ dbt.date_trunc('week', 'citizen.posted_on') }} = official.week_on
where citizen.is_citizen
