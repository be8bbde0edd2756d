with channels as (

    select * from {{ ref('channels') }}

)

select
    channel_code,
    channel_name_fr,
    channel_kind,
    is_digital,
    is_paper,
    reports_followers,
    reports_likes,
    reports_replies,
    reports_shares,
    reports_quotes,
    reports_views,
    reports_reach,
    display_order
from channels
