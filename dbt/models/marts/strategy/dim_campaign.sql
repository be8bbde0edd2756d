select
    campaign_id,
    name_fr,
    territory_id,
    starts_on,
    ends_on,
    kpi_ids,
    contaminated_ids,
    pre_months_count
from {{ ref('stg_lake__campaign') }}
