{#-
    The first night that a fact of states (snapshots that each night shows anew) must read to choose the current version of its affected keys: the
    earliest of the nights that are new and of those that the current rows came from. What older nights showed has lost already. A night that was
    loaded before and is pending again (held, rerun, released) may have been the one that won: then everything is read. A literal, for pruning.
-#}
{% macro night_floor(fact, affected, key, streams) -%}
    {%- if execute and is_incremental() -%}
        {%- set pending = "select source_id, night_on from " ~ source('lake', 'pending_file') ~ " where stream in ('" ~ streams | join("', '") ~ "')" -%}
        {%- set floor = run_query(
            "select case when exists (
                select 1 from " ~ source('lake', 'loaded_file') ~ " as loaded
                where loaded.stream in ('" ~ streams | join("', '") ~ "') and (loaded.source_id, loaded.night_on) in (select (source_id, night_on) from (" ~ pending ~ "))
            ) then null else least(
                (select min(night_on) from (" ~ pending ~ ")),
                (select min(source_night_on) from " ~ as_last_built(fact) ~ " where (" ~ key | join(', ')
                    ~ ") in (select (" ~ key | join(', ') ~ ") from " ~ ref(affected) ~ "))
            ) end").columns[0].values()[0] -%}
        cast('{{ floor or "0001-01-01" }}' as date)
    {%- else -%}
        cast('0001-01-01' as date)
    {%- endif -%}
{%- endmacro %}
