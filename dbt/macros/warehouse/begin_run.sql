{#-
    The start of a run: the lake is read once, and everything downstream sees that one reading.

    meta.reconciliation   one row per source, stream and night, as the landing gate and conform left them
    meta.failure          one row per failed attempt to read a source
    meta.enabled_source   the sources that comptoir.yml enables
    meta.listening_query  the listening queries of comptoir.yml, each version
    meta.schedule_hours, meta.schedule_assignment   its business schedules: their weeks, and who follows them
    meta.destination      the destinations of comptoir.yml
    meta.watched_territory  the territories that comptoir.yml names: the main one, those of accounts and queries
    meta.target, meta.campaign, meta.positioning_axis  what comptoir.yml aims at, does, and wants to be known for
    meta.loaded_file      the accepted bronze files that the warehouse's facts were last computed from
    meta.last_run         whether the last run was left unfinished, with nights still pending
    meta.pending_file     the nights added, changed or removed since; kept until a run has succeeded whole, so that a run
                          that stops half-way cannot make the next one forget them
    meta.touched_month    the months that facts changed in since, and those that wait otherwise because a stream is read further; kept as long
    bronze.<family>__<stream>   the rows of exactly the accepted files of that reading; meta.bronze_file says which
-#}
{% macro begin_run() %}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set lake = env_var('COMPTOIR_LAKE') -%}
        {%- do run_query('create schema if not exists meta') -%}
        {%- do run_query('create schema if not exists bronze') -%}
        {%- do run_query(read_lake_events('meta.reconciliation', lake ~ '/reconciliation/*/*/night=*.json', {
            'source': 'VARCHAR', 'stream': 'VARCHAR', 'night': 'DATE', 'attempt': 'VARCHAR', 'verdict': 'VARCHAR',
            'reasons': 'VARCHAR[]', 'received': 'BIGINT', 'kept': 'BIGINT', 'duplicate': 'BIGINT', 'quarantined': 'BIGINT',
            'erased': 'BIGINT', 'expired': 'BIGINT', 'pages': 'BIGINT', 'bytes': 'BIGINT', 'landed_at': 'TIMESTAMPTZ',
            'publisher_updated_at': 'TIMESTAMPTZ', 'added_fields': 'VARCHAR[]', 'bronze_sha256': 'VARCHAR',
            'read_from_on': 'DATE', 'min_record_on': 'DATE', 'max_record_on': 'DATE'})) -%}
        {%- do run_query(read_lake_events('meta.failure', lake ~ '/failures/*/*/*.json', {
            'source': 'VARCHAR', 'night': 'DATE', 'at': 'TIMESTAMPTZ', 'error': 'VARCHAR'})) -%}
        {%- do run_query("create or replace table meta.enabled_source as select unnest(string_split_regex('"
            ~ env_var('COMPTOIR_SOURCES', '') ~ "', '[, ]+')) as source_id") -%}
        {%- do run_query(read_lake_events('meta.listening_query', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/listening_queries.ndjson', {
            'query_id': 'VARCHAR', 'query_version': 'INTEGER', 'platform': 'VARCHAR', 'hashtag': 'VARCHAR',
            'territory_id': 'VARCHAR', 'valid_from': 'DATE'})) -%}
        {%- do run_query(read_lake_events('meta.schedule_hours', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/schedule_hours.ndjson', {
            'schedule_id': 'VARCHAR', 'timezone': 'VARCHAR', 'holiday_zone': 'VARCHAR', 'valid_from': 'DATE',
            'day_of_week': 'INTEGER', 'opens_minute': 'INTEGER', 'closes_minute': 'INTEGER'})) -%}
        {%- do run_query(read_lake_events('meta.schedule_assignment', env_var('COMPTOIR_CONFIG_ROWS', '')
            ~ '/schedule_assignments.ndjson', {'schedule_id': 'VARCHAR', 'source_id': 'VARCHAR', 'service': 'VARCHAR'})) -%}
        {%- do run_query(read_lake_events('meta.destination', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/destinations.ndjson', {
            'destination_id': 'VARCHAR', 'name_fr': 'VARCHAR', 'members': 'VARCHAR[]'})) -%}
        {%- do run_query(read_lake_events('meta.target', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/targets.ndjson', {
            'kpi_id': 'VARCHAR', 'territory_id': 'VARCHAR', 'audience': 'VARCHAR', 'channel_code': 'VARCHAR', 'period': 'VARCHAR',
            'value': 'DOUBLE', 'sense': 'VARCHAR', 'starts_on': 'DATE', 'months_count': 'INTEGER'})) -%}
        {%- do run_query(read_lake_events('meta.campaign', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/campaigns.ndjson', {
            'campaign_id': 'VARCHAR', 'name_fr': 'VARCHAR', 'territory_id': 'VARCHAR', 'starts_on': 'DATE', 'ends_on': 'DATE',
            'kpi_ids': 'VARCHAR[]', 'contaminated_ids': 'VARCHAR[]', 'pre_months': 'INTEGER'})) -%}
        {%- do run_query(read_lake_events('meta.positioning_axis', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/positioning_axes.ndjson', {
            'axis_id': 'VARCHAR', 'territory_id': 'VARCHAR', 'label_fr': 'VARCHAR', 'label_en': 'VARCHAR', 'themes': 'VARCHAR[]',
            'hashtags': 'VARCHAR[]'})) -%}
        {%- do run_query(read_lake_events('meta.watched_territory', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/watched_territories.ndjson', {
            'territory_id': 'VARCHAR'})) -%}
        {%- do run_query('create table if not exists meta.loaded_file
            (source_id varchar, stream varchar, night_on date, bronze_sha256 varchar)') -%}
        {%- do run_query('create table if not exists meta.pending_file (source_id varchar, stream varchar, night_on date)') -%}
        {%- do run_query('create or replace table meta.last_run as select count(*) > 0 as is_unfinished from meta.pending_file') -%}
        {%- do run_query('create table if not exists meta.touched_month (fact_name varchar, month_on date)') -%}
        {%- do run_query(remember_pending_files()) -%}
        {%- do run_query(remember_moved_frontiers()) -%}
        {%- do load_bronze(lake) -%}
    {%- endif -%}
{% endmacro %}

{#- `create table` from a glob of files of JSON objects; an empty typed table when the glob matches nothing. -#}
{% macro read_lake_events(relation, pattern, columns) %}
    {%- set found = run_query("select count(*) from glob('" ~ pattern ~ "')").columns[0].values()[0] -%}
    create or replace table {{ relation }} as
    {% if found > 0 -%}
    select {% for name in columns %}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %}
    from read_json('{{ pattern }}', format = 'unstructured', union_by_name = true, columns = {
        {%- for name, type in columns.items() %}'{{ name }}': '{{ type }}'{{ ', ' if not loop.last }}{% endfor -%}
    })
    {%- else -%}
    select {% for name, type in columns.items() %}cast(null as {{ type }}) as {{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %} where false
    {%- endif %}
{% endmacro %}

{% macro accepted_files() -%}
    select source as source_id, stream, night as night_on, bronze_sha256 from meta.reconciliation where verdict = 'accepted'
{%- endmacro %}

{#- The symmetric difference between what is accepted now and what the facts were computed from. -#}
{% macro remember_pending_files() %}
    insert into meta.pending_file
    select distinct source_id, stream, night_on
    from (
        ({{ accepted_files() }} except select * from meta.loaded_file)
        union all
        (select * from meta.loaded_file except {{ accepted_files() }})
    )
    where (source_id, stream, night_on) not in (select (source_id, stream, night_on) from meta.pending_file)
{% endmacro %}

{#-
    The months in which something waits otherwise because a stream is now read further, or less far, than the facts knew: nobody is waited for
    beyond answer_days(), so they begin that long before the older of the two ends.
-#}
{% macro remember_moved_frontiers() %}
    insert into meta.touched_month
    select
        'fct_stream_freshness',
        cast(waits.month_on as date)
    from (
        select
            min(least(was, is_now)) - {{ answer_days() }} - 1 as first_on,
            max(greatest(was, is_now)) + 1 as last_on
        from (select source_id, stream, max(night_on) as was from meta.loaded_file group by source_id, stream)
        full join (
            select source_id, stream, max(night_on) as is_now from ({{ accepted_files() }}) group by source_id, stream
        ) using (source_id, stream)
        where was is distinct from is_now
    ) as moved
    cross join generate_series(date_trunc('month', moved.first_on), moved.last_on, interval 1 month) as waits (month_on)
{% endmacro %}

{#-
    One table per dbt source of bronze: a copy of the accepted files of its sources, columns and types as the contract says. Only files that
    came, changed or went since the last run are read, so that a night costs what it brought and no query opens one file per night of history.
-#}
{% macro load_bronze(lake) %}
    {%- do run_query('create table if not exists meta.bronze_file
        (relation varchar, source_id varchar, stream varchar, night_on date, bronze_sha256 varchar)') -%}
    {%- set there = {} -%}
    {%- for name, columns in run_query("select table_name, string_agg(column_name || ' ' || data_type, ', ' order by column_index)
        from duckdb_columns() where schema_name = 'bronze' and table_name in (select table_name from duckdb_tables()) group by table_name").rows -%}
        {%- do there.update({name: columns}) -%}
    {%- endfor -%}
    {%- for node in graph.sources.values() if node.schema == 'bronze' -%}
        {%- set relation = 'bronze.' ~ node.identifier -%}
        {%- set columns = [] -%}
        {%- for name, column in node.columns.items() -%}
            {%- do columns.append(adapter.quote(name) ~ ' ' ~ column.data_type) -%}
        {%- endfor -%}
        {%- if there.get(node.identifier) != (columns | join(', ') | replace('"', '')) -%}
            {%- do run_query('drop view if exists ' ~ relation) if node.identifier not in there -%}
            {%- do run_query('create or replace table ' ~ relation ~ ' (' ~ columns | join(', ') ~ ')') -%}
            {%- do run_query("delete from meta.bronze_file where relation = '" ~ relation ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set changed = {} -%}
    {%- for row in run_query(changed_bronze_files()).rows -%}
        {%- do changed.setdefault(row[0], []).append(row) -%}
    {%- endfor -%}
    {%- for node in graph.sources.values() if 'bronze.' ~ node.identifier in changed -%}
        {%- do run_query(load_bronze_files(node, changed['bronze.' ~ node.identifier], lake)) -%}
    {%- endfor -%}
{% endmacro %}

{#- Source-nights of each bronze table whose file is not the one it holds, whether a file is there now, and whether it holds another. -#}
{% macro changed_bronze_files() %}
    with
    belongs as (
        {% for node in graph.sources.values() if node.schema == 'bronze' -%}
        select
            'bronze.{{ node.identifier }}' as relation,
            '{{ node.name }}' as stream,
            unnest(['{{ node.config.meta.sources | join("', '") }}']) as source_id
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ),
    wanted as (
        select belongs.relation, accepted.*
        from ({{ accepted_files() }}) as accepted
        inner join belongs using (source_id, stream)
    )
    select
        relation, source_id, stream, night_on, bool_or(is_wanted) as is_wanted, max(bronze_sha256) filter (where is_wanted) as bronze_sha256,
        bool_or(not is_wanted) as is_held
    from (
        select *, true as is_wanted from (from wanted except from meta.bronze_file)
        union all
        select *, false as is_wanted from (from meta.bronze_file except from wanted)
    )
    group by relation, source_id, stream, night_on
    order by relation, night_on, source_id
{% endmacro %}

{#- Swaps the changed nights of one bronze table, whole or not at all. Laid out by night: DuckDB skips those that a query does not read. -#}
{% macro load_bronze_files(node, changed, lake) %}
    {%- set relation = 'bronze.' ~ node.identifier -%}
    {%- set held = [] -%}
    {%- set files = {} -%}
    {%- for _, source_id, stream, night_on, is_wanted, bronze_sha256, is_held in changed -%}
        {%- do held.append("('" ~ source_id ~ "', date '" ~ night_on ~ "')") if is_held -%}
        {%- set file = "'" ~ lake ~ '/bronze/' ~ source_id ~ '/' ~ stream ~ '/night=' ~ night_on ~ ".parquet'" -%}
        {%- set remembered = [relation, source_id, stream, night_on, bronze_sha256] | join("', '") -%}
        {%- if is_wanted -%}{%- do files.update({file: "('" ~ remembered ~ "')"}) -%}{%- endif -%}
    {%- endfor -%}
    begin transaction;
    {% if held -%}
    delete from {{ relation }} where _night >= date '{{ changed | map(attribute=3) | min }}' and (_source, _night) in ({{ held | join(', ') }});
    delete from meta.bronze_file where relation = '{{ relation }}' and (source_id, night_on) in ({{ held | join(', ') }});
    {% endif -%}
    {% if files -%}
    insert into {{ relation }} by name
    select {% for name, column in node.columns.items() %}cast({{ adapter.quote(name) }} as {{ column.data_type }}) as {{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %}
    from read_parquet([{{ files | join(', ') }}], union_by_name = true){{ ' order by _night' if files | length > 1 }};
    insert into meta.bronze_file values {{ files.values() | join(', ') }};
    {% endif -%}
    commit;
{% endmacro %}
