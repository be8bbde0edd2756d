{{ config(materialized='table') }}
{%- set posts = as_last_built('fct_post') %}
{%- set sightings = as_last_built('fct_post_metric_day') %}
{%- set streams = ['accounts', 'statuses', 'hashtag_timeline'] %}
-- depends_on: {{ ref('int_post_seen') }} {{ ref('int_official_author') }} {{ ref('source_stream') }} {{ source('lake', 'pending_file') }}
{%- if posts and not sightings %}
    {{ exceptions.raise_compiler_error(
        'fct_post stands without fct_post_metric_day, which tells what each night had shown: build with --full-refresh.'
    ) }}
{%- endif %}
{%- if posts %}
with
affected as (
    -- shown by a pending night, as it is now
    select
        post_id,
        posted_on
    from {{ ref('int_post_seen') }}
    where night_on in {{ pending_nights(streams) }}
    union
    -- shown by a pending night, as it was when last built
    select
        post_id,
        posted_on
    from {{ posts }}
    where post_id in (select post_id from {{ sightings }} where night_on in {{ pending_nights(streams) }})
    union
    -- inside the window that a pending night reads again: its absence there may have changed, and so may the followers of its day
    select
        post.post_id,
        post.posted_on
    from {{ posts }} as post
    inner join (
        select distinct
            pending.night_on,
            (select max(re_read_days) from {{ ref('source_stream') }} where stream in ('statuses', 'hashtag_timeline')) as window_days
        from {{ source('lake', 'pending_file') }} as pending
        where pending.stream in ('{{ streams | join("', '") }}')
    ) as night
        on post.posted_on between night.night_on - cast(night.window_days as integer) and night.night_on
    union
    -- written by somebody whom the accounts now resolve to another account or territory
    select
        post.post_id,
        post.posted_on
    from {{ posts }} as post
    left join {{ ref('int_official_author') }} as official on post.author_id = official.author_id
    where
        post.account_key is distinct from official.account_key
        or (official.account_key is not null and post.territory_id is distinct from official.territory_id)
)

select
    post_id,
    min(posted_on) as posted_on
from affected
group by post_id
{%- else %}
select
    cast(null as varchar) as post_id,
    cast(null as date) as posted_on
where false
{%- endif %}
