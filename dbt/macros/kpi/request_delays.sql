{#-
    Quantiles of a delay of fct_request_delay, kept by month of declaration, for each territory around the case, with open cases as censored. A group
    whose cases have no such delay keeps a row that says why.
-#}
{% macro request_delay_quantiles(duration, is_event, null_reason) -%}
with
observed as (
    select
        bridge.ancestor_id as territory_id,
        delay.month_on,
        delay.{{ duration }} as duration,
        delay.{{ is_event }} as is_event,
        delay.{{ null_reason }} as null_reason
    from {{ ref('fct_request_delay') }} as delay
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on delay.territory_id = bridge.territory_id and bridge.is_inside
    where {{ in_touched_months(['fct_request_delay'], 'delay.month_on') }}
)

select
    territory_id,
    month_on,
    n,
    event_count,
    median,
    median_low,
    median_high,
    p90 as ninth_decile,
    p90_low as ninth_decile_low,
    p90_high as ninth_decile_high,
    case when p90 is null then 'not_reached' end as null_reason,
    false as is_provisional
from ({{ kaplan_meier('observed', ['territory_id', 'month_on'], 'duration', 'is_event') }})
union all
select
    territory_id,
    month_on,
    cast(null as bigint) as n,
    cast(null as bigint) as event_count,
    cast(null as double) as median,
    cast(null as double) as median_low,
    cast(null as double) as median_high,
    cast(null as double) as ninth_decile,
    cast(null as double) as ninth_decile_low,
    cast(null as double) as ninth_decile_high,
    min(null_reason) as null_reason,
    false as is_provisional
from observed
group by territory_id, month_on
having count(duration) = 0
{%- endmacro %}
