{#-
    The start of a run: the lake is read once, and everything downstream sees that one reading.

    meta.reconciliation   one row per source, stream and night, as the landing gate and conform left them
    meta.failure          one row per failed attempt to read a source
    meta.enabled_source   the sources that comptoir.yml enables
    meta.listening_query  the listening queries of comptoir.yml, each version
    meta.destination      the destinations of comptoir.yml
    meta.watched_territory  the territories that comptoir.yml names: the main one, those of accounts and queries
    meta.loaded_file      the accepted bronze files that the warehouse's facts were last computed from
    meta.pending_file     the nights added, changed or removed since; kept until a run has succeeded whole, so that a run
                          that stops half-way cannot make the next one forget them
    bronze.<family>__<stream>   a view over exactly the accepted files of that reading
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
            'max_record_on': 'DATE'})) -%}
        {%- do run_query(read_lake_events('meta.failure', lake ~ '/failures/*/*/*.json', {
            'source': 'VARCHAR', 'night': 'DATE', 'at': 'TIMESTAMPTZ', 'error': 'VARCHAR'})) -%}
        {%- do run_query("create or replace table meta.enabled_source as select unnest(string_split_regex('"
            ~ env_var('COMPTOIR_SOURCES', '') ~ "', '[, ]+')) as source_id") -%}
        {%- do run_query(read_lake_events('meta.listening_query', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/listening_queries.ndjson', {
            'query_id': 'VARCHAR', 'query_version': 'INTEGER', 'platform': 'VARCHAR', 'hashtag': 'VARCHAR',
            'territory_id': 'VARCHAR', 'valid_from': 'DATE'})) -%}
        {%- do run_query(read_lake_events('meta.destination', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/destinations.ndjson', {
            'destination_id': 'VARCHAR', 'name_fr': 'VARCHAR', 'members': 'VARCHAR[]'})) -%}
        {%- do run_query(read_lake_events('meta.watched_territory', env_var('COMPTOIR_CONFIG_ROWS', '') ~ '/watched_territories.ndjson', {
            'territory_id': 'VARCHAR'})) -%}
        {%- do run_query('create table if not exists meta.loaded_file
            (source_id varchar, stream varchar, night_on date, bronze_sha256 varchar)') -%}
        {%- do run_query('create table if not exists meta.pending_file (source_id varchar, stream varchar, night_on date)') -%}
        {%- do run_query(remember_pending_files()) -%}
        {%- do create_bronze_views(lake) -%}
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

{#- One view per dbt source of bronze: the accepted files of its sources, columns and types as the contract says. -#}
{% macro create_bronze_views(lake) %}
    {%- for node in graph.sources.values() if node.schema == 'bronze' -%}
        {%- set files = run_query("select source || '/' || stream || '/night=' || strftime(night, '%Y-%m-%d') || '.parquet'
            from meta.reconciliation where verdict = 'accepted' and stream = '" ~ node.name ~ "' and source in ('"
            ~ node.config.meta.sources | join("', '") ~ "') order by 1").columns[0].values() -%}
        {%- set select_list = [] -%}
        {%- for name, column in node.columns.items() -%}
            {%- do select_list.append('cast(' ~ (adapter.quote(name) if files else 'null') ~ ' as ' ~ column.data_type ~ ') as '
                ~ adapter.quote(name)) -%}
        {%- endfor -%}
        {%- set quoted = [] -%}
        {%- for file in files -%}{%- do quoted.append("'" ~ lake ~ '/bronze/' ~ file ~ "'") -%}{%- endfor -%}
        {%- do run_query('create or replace view bronze.' ~ node.identifier ~ ' as select ' ~ select_list | join(', ')
            ~ (' from read_parquet([' ~ quoted | join(', ') ~ '], union_by_name = true)' if files else ' where false')) -%}
    {%- endfor -%}
{% endmacro %}
