{% set flagged_metrics = ['followers', 'likes', 'replies', 'shares', 'quotes', 'views', 'reach'] %}
with channels as (

    select * from {{ ref('channels') }}

),

reported as (

    select
        channel_code,
        {% for metric in flagged_metrics %}
        max(case when metric_code = '{{ metric }}' then is_reported and valid_to is null end)
            as reports_{{ metric }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('platform_metrics') }}
    group by channel_code

)

select
    channels.channel_code,
    channels.channel_name_fr,
    channels.channel_kind,
    channels.is_digital,
    channels.is_paper,
    {% for metric in flagged_metrics %}
    reported.reports_{{ metric }},
    {% endfor %}
    channels.display_order
from channels
left join reported on channels.channel_code = reported.channel_code
