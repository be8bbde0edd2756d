{%- set key = ['source_id', 'review_id'] -%}
{{ config(
    materialized='incremental', incremental_strategy='replace_keys', unique_key=key,
    on_schema_change='fail', meta={'affected_by': 'int_review_affected'}
) }}
with
seen as (
    {{ versions(seen='int_review_seen', affected='int_review_affected', key=key) }}
),

-- The publisher's version first, then the night: never the order in which nights were run.
current_version as (
    select
        *,
        max(night_on) over (partition by source_id, review_id) as last_seen_night_on
    from seen
    qualify row_number() over (partition by source_id, review_id order by edited_at desc nulls last, night_on desc) = 1
),

-- The newest accepted night that asked for its establishment while its last change lay in the window, and so would have shown it.
newest_covering as (
    select
        review.source_id,
        review.review_id,
        max(asked.night_on) as night_on
    from current_version as review
    inner join {{ ref('source_stream') }} as contract
        on review.source_id = contract.source_id and review.stream = contract.stream
    inner join {{ ref('int_review_scope_night') }} as asked
        on
            review.source_id = asked.source_id
            and review.stream = asked.stream
            and review.account_key = asked.account_key
            -- one day less than the window: the first one is only read in part
            and asked.night_on between review.changed_on and review.changed_on + cast(contract.re_read_days - 1 as integer)
            {% if is_incremental() %}
            and asked.night_on >= {{ literal_floor(ref('int_review_affected'), 'earliest_night_on') }}
            {% endif %}
    group by review.source_id, review.review_id
),

judged as (
    select
        review.*,
        coalesce(covering.night_on > review.last_seen_night_on, false) as is_deleted_at_source
    from current_version as review
    left join newest_covering as covering on review.source_id = covering.source_id and review.review_id = covering.review_id
)

select
    source_id,
    review_id,
    stream,
    channel_code,
    account_key,
    case when channel_code = 'google_business' then 'google_business:' || account_key end as place_id,
    territory_id,
    author_id,
    posted_at,
    posted_on,
    {{ month_of('posted_on') }} as month_on,
    edited_at,
    changed_on,
    stars_count,
    recommendation_code,
    {{ sentiment_of_stars('stars_count') }} as sentiment_score,
    case when stars_count is null then 'not_scored' end as sentiment_null_reason,
    content is not null as has_text,
    case when not is_deleted_at_source then content end as content,
    case when not is_deleted_at_source then reply_content end as reply_content,
    case when is_reply_reported then replied_at is not null or reply_content is not null end as is_replied,
    replied_at,
    case when {{ reply_null_reason() }} is null then {{ minutes_between('posted_at', 'replied_at') }} end as reply_delay_minutes,
    {{ reply_null_reason() }} as reply_null_reason,
    is_deleted_at_source,
    last_seen_night_on,
    night_on as source_night_on
from judged
