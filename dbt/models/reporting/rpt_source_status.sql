-- A source is as fresh as its least fresh stream.
with
sources as (
    select
        source_id,
        any_value(source_title) as source_title,
        any_value(family) as family,
        case when count(*) = count(last_accepted_night_on) then min(last_accepted_night_on) end as last_accepted_night,
        case when count(*) = count(last_accepted_night_on) then min(data_through_on) end as data_through_on,
        max(stale_nights) as stale_nights,
        bool_or(is_held) as is_held,
        max(last_held_reason) filter (where is_held) as held_reason
    from {{ ref('fct_stream_freshness') }}
    group by source_id
),

judged as (
    select
        *,
        case
            when is_held then 'held'
            when last_accepted_night is null then 'never'
            when stale_nights > 0 then 'stale'
            else 'fresh'
        end as status
    from sources
)

select
    source_id,
    source_title,
    family,
    last_accepted_night,
    data_through_on,
    stale_nights,
    status,
    {{ french('status', {'fresh': 'à jour', 'stale': 'en retard', 'held': 'retenue', 'never': 'jamais reçue'}) }} as status_fr,
    case status
        when 'fresh' then 'à jour'
        when 'never' then 'aucune nuit reçue'
        when 'stale' then 'sans nouvelles ' || {{ since_nights_fr('stale_nights') }}
        when 'held'
            then
                'retenue : ' || coalesce(nullif(held_reason, ''), 'raison non précisée')
                || case when stale_nights > 0 then ' (sans nouvelles ' || {{ since_nights_fr('stale_nights') }} || ')' else '' end
    end as message_fr
from judged
