{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['kpi_id', 'month_on'],
    on_schema_change='fail', meta={'affected_by': 'kpi_affected_month'}
) }}
-- Whatever of a figure does not depend on how fresh it is tonight.
-- depends_on: {{ ref('kpi_affected_month') }}
with
completed as (
    select *
    from {{ ref('kpi_completed') }}
    {% if is_incremental() -%}
    where (kpi_id, month_on) in (select (affected.kpi_id, affected.month_on) from {{ ref('kpi_affected_month') }} as affected)
    {%- endif %}
),

-- How much of a figure is of a known public. Unknowns are never redistributed: they are the width between the two bounds.
publics as (
    select
        kpi_id,
        territory_id,
        channel_code,
        month_on,
        {{ each_of("['resident', 'visitor', 'prospect']") }} as audience,
        {% for column in ['n', 'value', 'numerator', 'denominator'] -%}
        max({{ column }}) filter (where audience = 'all') as all_{{ column }},
        sum({{ column }}) filter (where audience in ('resident', 'visitor', 'prospect')) as known_{{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from completed
    where kpi_id in (select kpi.kpi_id from {{ ref('dim_kpi') }} as kpi where kpi.audience_split)
    group by kpi_id, territory_id, channel_code, month_on
),

bounded as (
    select
        completed.*,
        kpi.interval_method,
        kpi.scale,
        kpi.missing_reason,
        kpi.min_n_indicative,
        kpi.min_n_comparable,
        publics.known_n / nullif(cast(publics.all_n as double), 0) as audience_known_share,
        {{ audience_bound('low') }} as audience_low,
        {{ audience_bound('high') }} as audience_high
    from completed
    inner join {{ ref('dim_kpi') }} as kpi on completed.kpi_id = kpi.kpi_id
    left join publics
        on
            completed.kpi_id = publics.kpi_id
            and completed.territory_id = publics.territory_id
            and completed.channel_code = publics.channel_code
            and completed.month_on = publics.month_on
            and completed.audience = publics.audience
),

judged as (
    select
        *,
        case
            when n < min_n_indicative then 'below_minimum_n'
            when audience_known_share < 0.3 then 'audience_unknown'
            when value is null then coalesce(null_reason, missing_reason)
        end as final_null_reason
    from bounded
),

sure as (
    select
        *,
        {{ kpi_bounds() }}
    from judged
)

select
    territory_id,
    month_on,
    audience,
    channel_code,
    kpi_id,
    source_streams,
    origin_code,
    {% for column in ['value', 'numerator', 'denominator'] -%}
    case when final_null_reason is null then {{ column }} end as {{ column }},
    {% endfor -%}
    n,
    interval_low,
    interval_high,
    known_share,
    audience_known_share,
    case when final_null_reason is null then audience_low end as audience_low,
    case when final_null_reason is null then audience_high end as audience_high,
    case
        when final_null_reason is not null then 'withheld'
        when n < min_n_comparable or known_share < 1 then 'indicative'
        -- nobody knows how far it may be from the truth
        when interval_method <> 'none' and interval_low is null then 'indicative'
        else 'ok'
    end as quality,
    final_null_reason as null_reason,
    is_flagged_provisional
from sure
