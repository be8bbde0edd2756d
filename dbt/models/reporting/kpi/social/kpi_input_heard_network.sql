-- Networks on which something of the territory was read in the month: its accounts, or what a query heard of it.
with
heard as (
    select
        source_id,
        'accounts' as stream,
        channel_code,
        territory_id,
        month_on
    from {{ ref('fct_account_day') }}
    where source_night_on = day_on
    union
    select
        source_id,
        {{ listening_stream('channel_code') }} as stream,
        channel_code,
        territory_id,
        month_on
    from {{ ref('fct_post_query') }}
)

select distinct
    heard.source_id,
    heard.stream,
    heard.channel_code,
    bridge.ancestor_id as territory_id,
    heard.month_on,
    (select count(*) from {{ ref('dim_channel') }} as channel where channel.channel_kind = 'platform') as known_networks_count,
    cast(null as varchar) as null_reason,
    false as is_provisional
from heard
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on heard.territory_id = bridge.territory_id and bridge.is_inside
