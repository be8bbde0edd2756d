-- Finished answers to surveys, out of ten: 8 and more is satisfied, less than 5 is not.
select
    source_id,
    stream,
    answer_id,
    territory_id,
    month_on,
    score_10 is not null as is_rated,
    score_10 >= 8 as is_satisfied,
    cast(score_10 >= 8 as integer) - cast(score_10 < 5 as integer) as net_satisfaction,
    score_10_null_reason as null_reason,
    false as is_provisional
from {{ ref('fct_satisfaction') }}
where score_scale_code = '0_to_10' and is_complete and territory_id is not null
