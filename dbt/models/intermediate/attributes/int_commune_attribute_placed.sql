-- What a table still has under the code of a commune that merged before the year is a part of its successor's: quantities add up with
-- the successor's own of the same table and night; yes, no and classes are what the table says of the successor. Another night's
-- table may be of the new map, with the whole under the successor's code: then the parts stay aside.
with
parts as (
    select
        life.successor_id as territory_id,
        told.attribute_code,
        told.year_number,
        told.source_id,
        told.stream,
        told.source_night_on,
        {{ exact_sum('told.value') }} as value,
        count(*) = count(told.value) as is_known,
        min(told.null_reason) as null_reason
    from {{ ref('int_commune_attribute_current') }} as told
    inner join {{ ref('int_commune_life') }} as life on told.territory_id = life.territory_id and told.month_on >= life.ended_on
    inner join {{ ref('territory_attributes') }} as attribute
        on told.attribute_code = attribute.attribute_code and attribute.attribute_kind = 'quantity'
    group by
        life.successor_id, told.attribute_code, told.year_number, told.source_id, told.stream, told.source_night_on
)

select
    own.territory_id,
    own.attribute_code,
    own.year_number,
    case
        when parts.is_known is null then own.value
        when parts.is_known then own.value + parts.value
    end as value,
    coalesce(own.null_reason, parts.null_reason) as null_reason,
    own.source_id,
    own.stream
from {{ ref('int_commune_attribute_current') }} as own
left join parts
    on
        own.territory_id = parts.territory_id
        and own.attribute_code = parts.attribute_code
        and own.year_number = parts.year_number
        and own.source_id = parts.source_id
        and own.stream = parts.stream
        and own.source_night_on = parts.source_night_on
left join {{ ref('int_commune_life') }} as life on own.territory_id = life.territory_id
where own.month_on < life.ended_on or life.ended_on is null

union all

-- A table that leaves out who has none has the successor's whole when it has its parts only.
select
    parts.territory_id,
    parts.attribute_code,
    parts.year_number,
    case when parts.is_known then parts.value end as value,
    parts.null_reason,
    parts.source_id,
    parts.stream
from parts
where
    (parts.source_id, parts.stream) in (select (coverage.source_id, coverage.stream) from {{ ref('stream_coverage') }} as coverage)
    and (parts.territory_id, parts.attribute_code, parts.year_number) not in (
        select (own.territory_id, own.attribute_code, own.year_number) from {{ ref('int_commune_attribute_current') }} as own
    )
qualify row_number() over (
    partition by parts.territory_id, parts.attribute_code, parts.year_number
    order by parts.source_night_on desc, parts.source_id asc
) = 1
