select
    source_id,
    stream,
    answer_id,
    territory_id,
    month_on,
    tonality_code is not null as is_rated,
    case tonality_code when 'positive' then 1 when 'negative' then -1 when 'neutral' then 0 end as net_tonality,
    case when tonality_code is null then 'not_reported' end as null_reason,
    false as is_provisional
from {{ ref('fct_satisfaction') }}
where score_scale_code = 'tonality' and territory_id is not null
