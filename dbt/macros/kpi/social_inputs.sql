{#- The stream of a platform that shows the posts of the watched accounts, and the one that listens. -#}
{% macro own_posts_stream(channel) -%} case when {{ channel }} = 'mastodon' then 'statuses' else 'posts' end {%- endmacro %}

{% macro listening_stream(channel) -%} case when {{ channel }} = 'mastodon' then 'hashtag_timeline' else 'hashtag_posts' end {%- endmacro %}

{#- Where a post that no watched account wrote was seen: Facebook shows only those that name a page. -#}
{% macro heard_posts_stream(channel) -%}
    case when {{ channel }} = 'facebook' then 'mentions' else {{ listening_stream(channel) }} end
{%- endmacro %}

{#-
    Own posts of the watched accounts with their rate of engagement over one denominator of the post itself (a figure of fct_post and the reason
    that it may lack). A post without its interactions or its denominator is left out of both sums, with the reason.
-#}
{% macro engagement_over(kind, denominator, denominator_null_reason) -%}
select
    post_id,
    source_id,
    {{ own_posts_stream('channel_code') }} as stream,
    channel_code,
    territory_id,
    month_on,
    '{{ kind }}' as denominator_kind,
    case when {{ denominator }} > 0 then interactions_count end as rated_interactions_count,
    case when {{ denominator }} > 0 and interactions_count is not null then {{ denominator }} end as rated_denominator_count,
    {{ exact('case when ' ~ denominator ~ ' > 0 then interactions_count / cast(' ~ denominator ~ ' as double) end') }} as post_engagement_share,
    case
        when {{ denominator }} is null then {{ denominator_null_reason }}
        when {{ denominator }} = 0 then 'not_defined'
        when interactions_count is null then {{ interactions_null_reason() }}
    end as null_reason,
    false as is_provisional
from {{ ref('fct_post') }}
where account_key is not null and not is_repost and not is_deleted_at_source
{%- endmacro %}

{#-
    Posts that the listening queries captured, once for each territory around a query's, with a figure of theirs to count them by. Two posts of an
    unknown author are no cluster.
-#}
{% macro captured_by(measure, measure_null_reason) -%}
select distinct
    post.post_id,
    post.source_id,
    {{ listening_stream('post.channel_code') }} as stream,
    post.channel_code,
    bridge.ancestor_id as territory_id,
    post.posted_on,
    post.month_on,
    coalesce(post.author_id, post.post_id) as author_key,
    post.author_kind = 'citizen_or_other' as is_citizen,
    post.author_id is not null as has_author,
    post.language_code is not null as has_language,
    post.{{ measure }},
    case when post.{{ measure }} is null then {{ measure_null_reason }} else 'not_defined' end as null_reason,
    false as is_provisional
from {{ ref('fct_post_query') }} as captured
inner join {{ ref('fct_post') }} as post on captured.post_id = post.post_id and captured.month_on = post.month_on
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on captured.territory_id = bridge.territory_id and bridge.is_inside
where not post.is_repost and not post.is_deleted_at_source
{%- endmacro %}
