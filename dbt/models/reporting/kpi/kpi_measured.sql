{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['kpi_id', 'month_on'],
    on_schema_change='fail', meta={'affected_by': 'kpi_touched_month'}
) }}
-- What the catalogue's expressions give, before anything is judged: see macros/kpi/kpi_rows.sql.
-- depends_on: {{ ref('kpi_touched_month') }}
select
    kpi_id,
    territory_id,
    month_on,
    audience,
    channel_code,
    value,
    numerator,
    denominator,
    opinionated,
    n,
    known_share,
    clusters_count,
    numerator_squares,
    products,
    denominator_squares,
    model_low,
    model_high,
    null_reason,
    is_flagged_provisional,
    source_streams
from {{ kpi_staged(kpi_entries()) }}
