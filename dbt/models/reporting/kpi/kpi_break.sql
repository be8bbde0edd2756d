-- Where series break: what they count has changed, not what happened. A platform that retired its metric, a listening query that changed, a
-- commune that merged. NULL in a column of the key: whichever.
select
    kpi.kpi_id,
    cast(null as varchar) as territory_id,
    epoch.channel_code,
    {{ month_of('epoch.valid_from') }} as month_on,
    epoch.reason_fr
from {{ ref('dim_metric_epoch') }} as epoch
inner join {{ ref('dim_kpi') }} as kpi on epoch.metric_code = kpi.platform_metric
where not epoch.is_comparable_with_previous
union all
select
    kpi.kpi_id,
    bridge.ancestor_id as territory_id,
    query.channel_code,
    {{ month_of('query.valid_from') }} as month_on,
    'La requête d’écoute « ' || query.query_id || ' » a changé le ' || {{ french_day('query.valid_from') }} || '.' as reason_fr
from {{ ref('dim_listening_query') }} as query
inner join {{ ref('bridge_territory_ancestor') }} as bridge
    on query.territory_id = bridge.territory_id and bridge.is_inside
inner join {{ ref('dim_kpi') }} as kpi on kpi.follows_listening
where query.query_version > 1
union all
-- A commune that merged, came back or grew by another is not the same ground as before.
select
    null as kpi_id,
    event.territory_id,
    null as channel_code,
    {{ month_of('event.event_on') }} as month_on,
    'Le contour de la commune a changé le ' || {{ french_day('event.event_on') }} || ' ('
    || {{ french('event.event_kind', {
        'merged_into': 'réunie à', 'grew': 'réunion de', 'restored': 'séparée de', 'shrank': 'séparation de',
        'recoded': 'nouveau code', 'took_over': 'ancien code'}) }} || ' ' || other.territory_name || ').' as reason_fr
from {{ ref('dim_territory_event') }} as event
inner join {{ ref('dim_territory') }} as other on event.other_territory_id = other.territory_id
