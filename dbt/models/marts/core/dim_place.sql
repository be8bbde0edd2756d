{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key='place_id',
    on_schema_change='fail', meta={'affected_by': 'int_place_affected'}
) }}
with
current_version as (
    select
        *,
        max(night_on) over (partition by place_id) as last_seen_night_on
    from ({{ versions(seen='int_place_seen', affected='int_place_affected', key=['place_id']) }})
    qualify row_number() over (partition by place_id order by changed_at desc nulls last, night_on desc) = 1
),

located as (
    select
        place.*,
        coalesce(
            place.territory_id, {{ commune_on('coded', 'place.last_seen_night_on') }}, named.territory_id
        ) as resolved_territory_id,
        coalesce(kind.place_kind, any_kind.place_kind, 'other') as place_kind,
        coalesce(kind.is_name_public, any_kind.is_name_public, false) as is_name_public
    from current_version as place
    inner join {{ ref('source_stream') }} as contract
        on place.source_id = contract.source_id and place.stream = contract.stream
    left join {{ ref('place_kind_map') }} as kind
        on contract.family = kind.family and place.published_kind = kind.published_kind
    left join {{ ref('place_kind_map') }} as any_kind
        on contract.family = any_kind.family and any_kind.published_kind = '*'
    left join {{ ref('dim_territory') }} as coded
        on place.commune_code = coded.territory_code and coded.territory_level = 'commune'
    left join {{ ref('int_commune_name') }} as named
        on
            -- in the key: a condition on one side would have each place compared with each commune
            case when place.commune_code is null then {{ commune_key('place.commune_name') }} end = named.commune_name_key
            and coalesce({{ department_of_postcode('place.postcode') }}, {{ name_key('place.department_name') }}) = named.department_key
)

select
    place_id,
    source_id,
    stream,
    place_kind,
    published_kind,
    case when is_name_public then published_name end as place_name,
    case when not is_name_public then 'withheld' when published_name is null then 'not_reported' end as place_name_null_reason,
    resolved_territory_id as territory_id,
    capacity_persons_count,
    last_seen_night_on,
    night_on as source_night_on
from located
