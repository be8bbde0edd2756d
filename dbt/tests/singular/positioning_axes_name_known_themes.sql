-- A theme that is none would never be recognised.
select axis_id
from (
    select
        axis_id,
        {{ each_of('theme_codes') }} as theme_code
    from {{ ref('dim_positioning_axis') }}
) as named
where theme_code not in (select theme.theme_code from {{ ref('dim_theme') }} as theme)
