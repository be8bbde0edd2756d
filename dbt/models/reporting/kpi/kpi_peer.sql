{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['kpi_id', 'month_on'],
    on_schema_change='fail', meta={'affected_by': 'kpi_affected_month'}
) }}
-- Beside each figure, those that the nearest neighbours have: no interval is drawn from so few, and no median from fewer than eight.
-- depends_on: {{ ref('kpi_affected_month') }}
with
figures as (
    select *
    from {{ ref('kpi_judged') }}
    {% if is_incremental() -%}
    where (kpi_id, month_on) in (select (affected.kpi_id, affected.month_on) from {{ ref('kpi_affected_month') }} as affected)
    {%- endif %}
)

select
    own.kpi_id,
    own.territory_id,
    own.audience,
    own.channel_code,
    own.month_on,
    count(peer.value) as peer_count,
    case when count(peer.value) >= {{ minimum_peers() }} then median(peer.value) end as peer_median
from figures as own
inner join {{ ref('bridge_territory_peer') }} as neighbour
    on own.territory_id = neighbour.territory_id and neighbour.peer_rank is not null
left join figures as peer
    on
        neighbour.peer_id = peer.territory_id
        and own.kpi_id = peer.kpi_id
        and own.audience = peer.audience
        and own.channel_code = peer.channel_code
        and own.month_on = peer.month_on
group by own.kpi_id, own.territory_id, own.audience, own.channel_code, own.month_on
