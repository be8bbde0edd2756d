{#-
    The rows of one KPI from its entry in the catalogue (dbt/metrics/*.yml): grain territory × month. An entry's expressions are aggregates over
    `input` (its own model, one row per observation) and `territory` (the territory that the row counts for).
-#}
{% macro kpi_rows(entry) %}
    {%- set compute = entry.compute -%}
    select
        '{{ entry.kpi_id }}' as kpi_id,
        '{{ entry.audience }}' as audience,
        territory.territory_id,
        input.month_on,
        {% if entry.kind == 'ratio' -%}
        cast({{ compute.numerator }} as double) as numerator,
        cast({{ compute.denominator }} as double) as denominator,
        {{ compute.scale }} * cast({{ compute.numerator }} as double) / nullif(cast({{ compute.denominator }} as double), 0) as value,
        {%- else -%}
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        cast({{ compute.measure or 'max(input.' ~ compute.column ~ ')' }} as double) as value,
        {%- endif %}
        cast({{ compute.n or 'null' }} as bigint) as n,
        cast({{ compute.known_share or 'null' }} as double) as known_share,
        min(input.null_reason) as null_reason,
        bool_or(input.is_provisional) as is_flagged_provisional,
        min(input.source_id) as source_id,
        min(freshness.re_read_days) as re_read_days,
        min(freshness.last_accepted_night_on) as last_accepted_night_on,
        min(freshness.data_through_on) as data_through_on,
        max(freshness.stale_nights) as stale_nights
    from {{ ref(compute['from']) }} as input
    inner join {{ ref('fct_stream_freshness') }} as freshness
        on input.source_id = freshness.source_id and freshness.stream = '{{ entry.source_stream }}'
    {% if compute.rollup == 'ancestors' -%}
    -- Counts of things are not shared out: a territory counts for an ancestor only when it lies wholly inside.
    inner join {{ ref('bridge_territory_ancestor') }} as bridge
        on input.territory_id = bridge.territory_id and bridge.weight = 1
    inner join {{ ref('dim_territory') }} as territory
        on bridge.ancestor_id = territory.territory_id
    {%- else -%}
    inner join {{ ref('dim_territory') }} as territory
        on input.territory_id = territory.territory_id
    {%- endif %}
    where
        territory.territory_level in ('{{ entry.territory_levels | join("', '") }}')
        and input.month_on <= freshness.data_through_on
    group by territory.territory_id, input.month_on
{% endmacro %}
