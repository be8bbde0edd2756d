-- Everything that a night shows and that has a place: offers of tourist offices, classified accommodation, sites that count their entries,
-- the territory's own establishments on Google.
select
    source_id,
    night_on,
    'offers' as stream,
    'datatourisme:' || offer_id as place_id,
    offer_type_code as published_kind,
    offer_name as published_name,
    cast(null as varchar) as territory_id,
    municipality_code as commune_code,
    cast(null as varchar) as commune_name,
    cast(null as varchar) as department_name,
    postcode,
    capacity_count as capacity_persons_count,
    updated_at as changed_at
from {{ ref('stg_datatourisme__offers') }}
union all by name
select
    source_id,
    night_on,
    'establishments' as stream,
    'classified:' || source_id || ':' || establishment_id as place_id,
    accommodation_kind as published_kind,
    trade_name as published_name,
    commune_code,
    commune_name,
    postcode,
    capacity_persons_count,
    cast(classified_on as timestamp) as changed_at
from {{ ref('stg_classified_accommodation__establishments') }}
union all by name
select
    source_id,
    night_on,
    'visits' as stream,
    {{ site_place_id('source_id', 'site_code') }} as place_id,
    site_kind as published_kind,
    site_name as published_name,
    commune_code,
    commune_name,
    department_name,
    -- One file tells many periods of a site: the last one has its name of today.
    cast(max(period_starts_on) over (partition by source_id, night_on, site_code) as timestamp) as changed_at
from {{ ref('stg_attendance__visits') }}
qualify row_number() over (partition by source_id, night_on, site_code order by period_starts_on desc, period_code desc) = 1
union all by name
-- An establishment is there when its rating is shown, or a review of it.
select
    source_id,
    night_on,
    'locations' as stream,
    'google_business:' || account_key as place_id,
    cast(null as varchar) as published_kind,
    min(territory_id) as territory_id
from (
    select
        source_id,
        night_on,
        account_key,
        territory_id
    from {{ ref('stg_google_business__locations') }}
    union all
    select
        source_id,
        night_on,
        account_key,
        territory_id
    from {{ ref('stg_google_business__reviews') }}
) as shown
group by source_id, night_on, account_key
