-- Each event is told of both communes that it touches: the one that went or came, and the one that grew or shrank by it.
with
events as (
    select
        'commune:' || commune_code as territory_id,
        'commune:' || other_commune_code as other_territory_id,
        event_kind,
        {{ first_day_of_year('cog_year') }} as event_on
    from {{ ref('commune_events') }}
)

select
    territory_id,
    event_on,
    case event_kind when 'merged' then 'merged_into' else event_kind end as event_kind,
    other_territory_id
from events
union all
select
    other_territory_id as territory_id,
    event_on,
    case event_kind when 'merged' then 'grew' when 'restored' then 'shrank' else 'took_over' end as event_kind,
    territory_id as other_territory_id
from events
