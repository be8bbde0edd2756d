-- Where a series breaks: what it counts has changed, not what happened. A platform that retired its metric, a listening query that changed,
-- a commune that merged.
with
metric_changed as (
    select
        kpi.kpi_id,
        epoch.channel_code,
        {{ month_of('epoch.valid_from') }} as month_on,
        epoch.reason_fr
    from {{ ref('dim_metric_epoch') }} as epoch
    inner join {{ ref('dim_kpi') }} as kpi on epoch.metric_code = kpi.platform_metric
    where not epoch.is_comparable_with_previous
),

query_changed as (
    select
        kpi.kpi_id,
        query.channel_code,
        bridge.ancestor_id as territory_id,
        {{ month_of('query.valid_from') }} as month_on,
        'La requête d’écoute « ' || query.query_id || ' » a changé le ' || {{ french_day('query.valid_from') }} || '.' as reason_fr
    from {{ ref('dim_listening_query') }} as query
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on query.territory_id = bridge.territory_id and bridge.is_inside
    inner join {{ ref('dim_kpi') }} as kpi on kpi.follows_listening
    where query.query_version > 1
),

-- A commune that merged, came back or grew by another is not the same ground as before.
ground_changed as (
    select
        event.territory_id,
        {{ month_of('event.event_on') }} as month_on,
        'Le contour de la commune a changé le ' || {{ french_day('event.event_on') }} || ' ('
        || {{ french('event.event_kind', {
            'merged_into': 'réunie à', 'grew': 'réunion de', 'restored': 'séparée de', 'shrank': 'séparation de',
            'recoded': 'nouveau code', 'took_over': 'ancien code'}) }} || ' ' || other.territory_name || ').' as reason_fr
    from {{ ref('dim_territory_event') }} as event
    inner join {{ ref('dim_territory') }} as other on event.other_territory_id = other.territory_id
),

breaks as (
    select
        measured.kpi_id,
        measured.territory_id,
        measured.audience,
        measured.channel_code,
        measured.month_on,
        changed.reason_fr
    from {{ ref('kpi_completed') }} as measured
    inner join metric_changed as changed
        on
            measured.kpi_id = changed.kpi_id
            and measured.month_on = changed.month_on
            and (
                measured.channel_code = changed.channel_code
                or (measured.channel_code = 'all' and {{ any_starts_with('measured.source_streams', "changed.channel_code || '.'") }})
            )
    union all
    select
        measured.kpi_id,
        measured.territory_id,
        measured.audience,
        measured.channel_code,
        measured.month_on,
        changed.reason_fr
    from {{ ref('kpi_completed') }} as measured
    inner join query_changed as changed
        on
            measured.kpi_id = changed.kpi_id
            and measured.territory_id = changed.territory_id
            and measured.month_on = changed.month_on
            and measured.channel_code in ('all', changed.channel_code)
    union all
    select
        measured.kpi_id,
        measured.territory_id,
        measured.audience,
        measured.channel_code,
        measured.month_on,
        changed.reason_fr
    from {{ ref('kpi_completed') }} as measured
    inner join ground_changed as changed on measured.territory_id = changed.territory_id and measured.month_on = changed.month_on
)

select
    kpi_id,
    territory_id,
    audience,
    channel_code,
    month_on,
    {{ join_texts(distinct_list('reason_fr'), ' ') }} as break_reason_fr
from breaks
group by kpi_id, territory_id, audience, channel_code, month_on
