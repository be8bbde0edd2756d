-- What the watched accounts pass on, and whose it is: as the platform says, or as the listening knows the post of this month or the last.
{%- set months = {'of_this_month': 'repost.month_on', 'of_last_month': add_months('repost.month_on', -1)} %}
{%- set kind = 'coalesce(repost.repost_of_author_kind, of_this_month.author_kind, of_last_month.author_kind)' %}
select
    repost.post_id,
    repost.source_id,
    {{ own_posts_stream('repost.channel_code') }} as stream,
    repost.channel_code,
    repost.account_key,
    repost.territory_id,
    repost.month_on,
    {{ kind }} = 'citizen_or_other' as is_citizen,
    case when {{ kind }} is null then 'not_reported' end as null_reason,
    false as is_provisional
from {{ ref('fct_post') }} as repost
{% for original, month in months.items() -%}
left join {{ ref('fct_post') }} as {{ original }} on repost.repost_of_id = {{ original }}.post_id and {{ original }}.month_on = {{ month }}
{% endfor -%}
where repost.account_key is not null and repost.is_repost and not repost.is_deleted_at_source
