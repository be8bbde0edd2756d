{{ config(group='kpi') }}
-- The citizen share is read one platform at a time: a second platform needs its own KPI before its posts are captured here.
select source_id
from {{ ref('kpi_input_captured_post') }}
group by source_id
having
    min(channel_code) != max(channel_code)
    or min(channel_code) != (select min(channel_code) from {{ ref('kpi_input_captured_post') }})
