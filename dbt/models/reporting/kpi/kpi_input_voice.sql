-- What people are heard saying, the institution and declared robots left out. Two utterances of an unknown author are no cluster.
select
    voice_id,
    source_id,
    stream,
    channel_code,
    territory_id,
    month_on,
    audience,
    coalesce(author_id, voice_id) as author_key,
    sentiment_score,
    sentiment_score > 0 as is_favourable,
    sentiment_score < 0 as is_unfavourable,
    sentiment_null_reason as null_reason,
    false as is_provisional
from {{ ref('fct_voice') }}
where author_kind not in ('official', 'bot') and not is_deleted_at_source
