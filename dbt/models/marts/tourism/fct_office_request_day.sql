{%- set key = ['source_id', 'office_code', 'visited_on', 'published_channel'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_office_request_affected'}
) }}
with
newest as (
    select *
    from ({{ versions(seen='stg_office_visits__requests', affected='int_office_request_affected', key=key) }})
    qualify row_number() over (partition by {{ key | join(', ') }} order by night_on desc) = 1
)

select
    newest.source_id,
    newest.office_code,
    newest.visited_on,
    newest.published_channel,
    coalesce(channel.channel_code, 'unknown') as channel_code,
    {{ commune_on('territory', 'newest.visited_on') }} as territory_id,
    {{ month_of('newest.visited_on') }} as month_on,
    newest.visits_count as office_requests_count,
    case when newest.visits_count is null then 'not_reported' end as null_reason,
    newest.persons_count,
    newest.foreign_visits_count as foreign_office_requests_count,
    newest.night_on as source_night_on
from newest
left join {{ ref('dim_territory') }} as territory
    on newest.commune_code = territory.territory_code and territory.territory_level = 'commune'
left join {{ ref('channel_map') }} as channel
    on
        newest.source_id = channel.source_id
        and channel.stream = 'requests'
        and lower(trim(newest.published_channel)) = lower(channel.published_channel)
