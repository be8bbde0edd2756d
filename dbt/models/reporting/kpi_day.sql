{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['kpi_id', 'month_on'],
    on_schema_change='fail', meta={'affected_by': 'kpi_touched_month'}
) }}
-- depends_on: {{ ref('kpi_touched_month') }}
with
measured as (
    select *
    from {{ kpi_staged(kpi_entries() | selectattr('is_daily') | list, period='day_on') }}
),

judged as (
    select
        measured.*,
        kpi.interval_method,
        kpi.scale,
        case
            when measured.n < kpi.min_n_indicative then 'below_minimum_n'
            when measured.value is null then coalesce(measured.null_reason, kpi.missing_reason)
        end as final_null_reason
    from measured
    inner join {{ ref('dim_kpi') }} as kpi on measured.kpi_id = kpi.kpi_id
)

select
    territory_id,
    day_on,
    month_on,
    audience,
    channel_code,
    kpi_id,
    {% for column in ['value', 'numerator', 'denominator'] -%}
    case when final_null_reason is null then {{ column }} end as {{ column }},
    {% endfor -%}
    n,
    {{ kpi_bounds() }},
    known_share,
    final_null_reason as null_reason
from judged
