{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=['attribute_code', 'year_number'],
    on_schema_change='fail', meta={'affected_by': 'int_territory_attribute_affected'}
) }}
-- depends_on: {{ ref('int_territory_attribute_affected') }}
-- Quantities are summed, flags become the share of the inhabitants they concern, classes stay with the communes. A sum that
-- lacks an inhabited commune is no sum: it is NULL, and known_share says how much is known.
with
communes as (
    select *
    from {{ ref('int_commune_attribute') }}
),

members as (
    -- A destination's communes too: each territory is looked at by itself here, and none is added to another.
    select
        ancestor_id as territory_id,
        territory_id as commune_id,
        population
    from {{ ref('int_territory_commune_ancestor') }}
),

inhabited as (
    select
        territory_id,
        count(*) filter (where population > 0) as inhabited_count,
        sum(population) as population
    from members
    group by territory_id
),

gathered as (
    select
        members.territory_id,
        communes.attribute_code,
        communes.year_number,
        communes.attribute_kind,
        count(communes.value) filter (where members.population > 0) as known_count,
        sum(members.population) filter (where communes.value is not null) as known_population,
        {{ exact_sum('communes.value') }} as total,
        {{ exact_sum('communes.value * members.population') }} as concerned_population,
        min(communes.null_reason) as null_reason,
        min(communes.source_id) as source_id
    from communes
    inner join members on communes.territory_id = members.commune_id
    where communes.attribute_kind != 'class'
    group by members.territory_id, communes.attribute_code, communes.year_number, communes.attribute_kind
)

select
    territory_id,
    attribute_code,
    year_number,
    value,
    null_reason,
    case when value is null then 0.0 else 1.0 end as known_share,
    source_id
from communes
union all
select
    gathered.territory_id,
    gathered.attribute_code,
    gathered.year_number,
    case
        when gathered.known_count < inhabited.inhabited_count then null
        when gathered.attribute_kind = 'flag' then gathered.concerned_population / nullif(inhabited.population, 0)
        else gathered.total
    end as value,
    case when gathered.known_count < inhabited.inhabited_count then coalesce(gathered.null_reason, 'partly_reported') end as null_reason,
    gathered.known_population / nullif(cast(inhabited.population as double), 0) as known_share,
    gathered.source_id
from gathered
inner join inhabited on gathered.territory_id = inhabited.territory_id
