-- Every territory that the warehouse can name, level by level.
select
    'country:' || geo_code as territory_id,
    territory_level,
    geo_code as territory_code,
    geo_name_fr as territory_name,
    is_current
from {{ ref('eurostat_geos') }}

union all

select
    'nuts:' || nuts_code as territory_id,
    'nuts' || cast(nuts_level as {{ dbt.type_string() }}) as territory_level,
    nuts_code as territory_code,
    nuts_name as territory_name,
    true as is_current
from {{ ref('nuts') }}

union all

select
    'region:' || region_code as territory_id,
    'region' as territory_level,
    region_code as territory_code,
    region_name as territory_name,
    true as is_current
from {{ ref('regions') }}

union all

select
    'departement:' || department_code as territory_id,
    'departement' as territory_level,
    department_code as territory_code,
    department_name as territory_name,
    true as is_current
from {{ ref('departements') }}

union all

select
    'epci:' || epci_code as territory_id,
    'epci' as territory_level,
    epci_code as territory_code,
    epci_name as territory_name,
    true as is_current
from {{ ref('epci') }}

union all

select
    'commune:' || commune_code as territory_id,
    'commune' as territory_level,
    commune_code as territory_code,
    commune_name as territory_name,
    true as is_current
from {{ ref('communes') }}

union all

select
    territory_id,
    'commune' as territory_level,
    commune_code as territory_code,
    commune_name as territory_name,
    false as is_current
from {{ ref('int_commune_life') }}
where successor_id is not null

union all

select distinct
    territory_id,
    'destination' as territory_level,
    destination_id as territory_code,
    name_fr as territory_name,
    true as is_current
from {{ ref('stg_lake__destination') }}
