{{ config(materialized='table') }}
-- Where series break: what they count has changed, not what happened. A platform that retired its metric, a listening query that changed, a
-- commune that merged, a source that begins. NULL in a column of the key: whichever.
with
series as (
    select
        kpi_id,
        territory_id,
        channel_code,
        source_stream,
        min(min(first_month_on)) over (partition by kpi_id, territory_id, channel_code) as series_begins_on
    from {{ ref('kpi_series_stream') }}
    group by kpi_id, territory_id, channel_code, source_stream
),

begun as (
    select
        kpi_id,
        source_stream,
        min(first_month_on) as month_on
    from {{ ref('kpi_series_stream') }}
    group by kpi_id, source_stream
),

first_record as (
    select
        landed.source_id || '.' || landed.stream as source_stream,
        'La source « ' || min(contract.source_title) || ' » ' as source_fr,
        min(landed.min_record_on) as record_on
    from {{ ref('fct_source_night') }} as landed
    inner join {{ ref('source_stream') }} as contract on landed.source_id = contract.source_id and landed.stream = contract.stream
    where landed.verdict = 'accepted'
    group by landed.source_id, landed.stream
)

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
-- Two streams of a source may begin together.
union
-- A source that is counted beside others from a month on adds what was there before.
select
    series.kpi_id,
    series.territory_id,
    series.channel_code,
    begun.month_on,
    first_record.source_fr || 'commence à compter ce mois-ci.' as reason_fr
from series
inner join begun on series.kpi_id = begun.kpi_id and series.source_stream = begun.source_stream
inner join first_record on series.source_stream = first_record.source_stream
where begun.month_on > series.series_begins_on
union
-- A source that begins within a month: what is counted of that month is a part of it.
select
    series.kpi_id,
    series.territory_id,
    series.channel_code,
    {{ add_months('begun.month_on', 1) }} as month_on,
    first_record.source_fr || 'commence le ' || {{ french_day('first_record.record_on') }}
    || ' : le mois d’avant n’est pas entier.' as reason_fr
from series
inner join begun on series.kpi_id = begun.kpi_id and series.source_stream = begun.source_stream
inner join first_record on series.source_stream = first_record.source_stream
inner join {{ ref('dim_kpi') }} as kpi on series.kpi_id = kpi.kpi_id
where
    kpi.time_aggregation <> 'last'
    and first_record.record_on > begun.month_on
    and {{ month_of('first_record.record_on') }} = begun.month_on
