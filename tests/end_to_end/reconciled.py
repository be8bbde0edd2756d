"""What the facts must agree with: bronze, counted by SQL that shares nothing with the models of the dbt project.

Each entry names a model and what of it is counted, and has two queries of one row: over bronze, and over the model.
"""

# Of a post or a comment, a night counts up to the stream's window after its day; of one that was only ever seen later,
# the first night.
_COUNTS = """
    qualify _night <= said_on + re_read_days or (
        not bool_or(_night <= said_on + re_read_days) over (partition by id)
        and _night = min(_night) over (partition by id)
    )
"""
_PARIS_DAY = "cast(timezone('Europe/Paris', said_at at time zone 'UTC') as date)"
_NEWEST = "row_number() over (partition by {} order by _night desc) = 1"

VIEWS = f"""
create view account as
select 'mastodon' as platform, * rename (statuses_count as posts_count) from mastodon.accounts
union all by name
select 'bluesky' as platform, * from bluesky.accounts
union all by name
select 'youtube' as platform, * exclude (views_count) from youtube.accounts
union all by name
select 'instagram' as platform, * rename (follows_count as following_count, media_count as posts_count)
from instagram.accounts
union all by name
select 'facebook' as platform, * from facebook.accounts;

create view official as
select author_id, min(account_key) as account_key from account where author_id is not null group by 1;

create view post as
with shown as (
    select
        'statuses' as stream, 'own' as scope, account_key as scope_key, post_id as id, created_at as said_at,
        reblog_of_id is not null as is_repost, replies_count, edited_at as version_at,
        case when reblog_of_id is null then mention_ids end as mention_ids, author_id, _source, _night
    from mastodon.statuses
    union all by name
    select
        'hashtag_timeline' as stream, 'query' as scope, query_id as scope_key, post_id as id, created_at as said_at,
        reblog_of_id is not null as is_repost, replies_count, edited_at as version_at,
        case when reblog_of_id is null then mention_ids end as mention_ids, author_id, _source, _night
    from mastodon.hashtag_timeline
    union all by name
    select
        'posts' as stream, 'own' as scope, account_key as scope_key, post_id as id, posted_at as said_at,
        replies_count, mention_ids, author_id, _source, _night
    from bluesky.posts
    where not is_repost
    union all by name
    -- A repost of a feed has no id: it is one account's, of one post, at one moment.
    select
        'posts' as stream, 'own' as scope, account_key as scope_key,
        concat_ws(' ', account_key, post_id, reposted_at) as id, reposted_at as said_at, true as is_repost,
        _source, _night
    from bluesky.posts
    where is_repost and reposted_at is not null
    union all by name
    select
        'hashtag_posts' as stream, 'query' as scope, query_id as scope_key, post_id as id, posted_at as said_at,
        replies_count, mention_ids, author_id, _source, _night
    from bluesky.hashtag_posts
    union all by name
    select
        'posts' as stream, 'own' as scope, account_key as scope_key, post_id as id, posted_at as said_at,
        comments_count as replies_count, author_id, _source, _night
    from youtube.posts
    union all by name
    select
        'hashtag_posts' as stream, 'query' as scope, query_id as scope_key, post_id as id, posted_at as said_at,
        comments_count as replies_count, author_id, _source, _night
    from youtube.hashtag_posts
    union all by name
    select
        'posts' as stream, 'own' as scope, account_key as scope_key, post_id as id, created_at as said_at,
        comments_count as replies_count, author_id, _source, _night
    from instagram.posts
    union all by name
    select
        'mentions' as stream, 'mention' as scope, account_key as scope_key, post_id as id, created_at as said_at,
        comments_count as replies_count, author_id, _source, _night
    from instagram.mentions
    union all by name
    select
        'hashtag_posts' as stream, 'query' as scope, query_id as scope_key, post_id as id, created_at as said_at,
        comments_count as replies_count, _source, _night
    from instagram.hashtag_posts
    union all by name
    select
        'posts' as stream, 'own' as scope, account_key as scope_key, post_id as id, created_at as said_at,
        comments_count as replies_count, updated_at as version_at, author_id, _source, _night
    from facebook.posts
    union all by name
    select
        'mentions' as stream, 'mention' as scope, account_key as scope_key, post_id as id, created_at as said_at,
        comments_count as replies_count, updated_at as version_at, author_id, _source, _night
    from facebook.mentions
)
select * replace (coalesce(is_repost, false) as is_repost), {_PARIS_DAY} as said_on
from shown join contract using (_source, stream)
{_COUNTS};

-- A night's figures of a post are its owner's where there are two views of it.
create view post_night as
from post
where not is_repost
qualify row_number() over (
    partition by id, _night order by scope = 'own' desc, version_at desc nulls last, stream, scope_key
) = 1;

create view comment as
with shown as (
    select
        comment_id as id, posted_at as said_at, nullif(updated_at, posted_at) as edited_at, likes_count,
        account_key, _source, _night
    from youtube.comments
    union all by name
    select comment_id as id, created_at as said_at, like_count as likes_count, account_key, _source, _night
    from instagram.comments
    union all by name
    select comment_id as id, created_at as said_at, like_count as likes_count, account_key, _source, _night
    from facebook.comments
)
select *, {_PARIS_DAY} as said_on
from (select *, 'comments' as stream from shown) join contract using (_source, stream)
{_COUNTS};

create view insight as
select *, metric_name in ('views', 'page_follows', 'page_media_view', 'page_total_media_view_unique') as is_newer_name
from (from instagram.account_metrics union all by name from facebook.account_metrics)
where metric_name in (
    'impressions', 'views', 'reach', 'page_fans', 'page_follows', 'page_impressions', 'page_media_view',
    'page_impressions_unique', 'page_total_media_view_unique'
);

create view case_version as
select
    _source, _night, request_id, updated_at, declared_on, municipality_code,
    case when closed_on is not null then 'clos' else status end as status
from opendatasoft.reports
union all by name
select
    _source, _night, request_id, updated_at, {_PARIS_DAY.replace("said_at", "declared_at")} as declared_on,
    municipality_code,
    case when closed_at is not null then 'clos' else status end as status
from open311.requests
union all by name
select
    _source, _night, request_id, updated_at, {_PARIS_DAY.replace("said_at", "declared_at")} as declared_on,
    municipality_code,
    declared_at
from publik.forms;

create view newest_case as
from case_version
qualify row_number() over (partition by _source, request_id order by updated_at desc nulls last, _night desc) = 1;

create view call as
with leg as (
    from asterisk_cdr.call_legs
    qualify {_NEWEST.format("leg_id, channel_id, started_at, dialled_id")}
)
select
    call_id,
    count(*) as legs,
    bool_or(direction = 'inbound') as is_inbound,
    sum(billed_seconds) filter (
        disposition = 'ANSWERED' and billed_seconds > 0
        and last_application in ('AppQueue', 'Dial') and dialled_code is not null
    ) as talk_seconds
from leg
group by 1;

create view google_review as
from google_business.reviews
qualify row_number() over (
    partition by review_id order by nullif(updated_at, created_at) desc nulls last, _night desc
) = 1;

create view melodi_stay as
select
    freq, geo_level, geo_code, time_period, activity, tour_resid, updated_at,
    tour_measure, obs_value * power(10, coalesce(unit_mult, 0)) as value, conf_status
from insee_melodi.frequentation
where tour_resid in ('_T', '250', '1_X_250') and (hotel_sta, terrtypo, ranking) = ('_T', '_T', '_T')
qualify row_number() over (
    partition by freq, geo_level, geo_code, time_period, activity, tour_resid, tour_measure, updated_at
    order by _night desc
) = 1;

-- Of communes that are there today; a figure of the statistics comes before a drop's of the same year.
create view statistic as
select
    geo_code as commune_code, time_period as year,
    if(occupation = '_T', 'dwellings', 'second_homes') as attribute_code,
    obs_value * power(10, coalesce(unit_mult, 0)) as value
from insee_melodi.housing
where (freq, geo_level, measure) = ('A', 'COM', 'DWELLINGS') and occupation in ('_T', 'DW_SEC_DW_OCC')
qualify row_number() over (partition by geo_code, occupation, time_period order by updated_at desc, _night desc) = 1
union all
select geo_code, time_period, 'tourist_beds', if(
    count(*) = count(obs_value),
    sum(obs_value * power(10, coalesce(unit_mult, 0)) * case activity when 'I551' then 2 when 'I552' then 3 else 1 end),
    null
)
from (
    from insee_melodi.capacity
    where (freq, geo_level, tour_measure, ranking) = ('A', 'COM', 'PLACE', '_T')
        and activity in ('I551', 'I552', 'I553')
    qualify rank() over (partition by geo_code, time_period order by updated_at desc, _night desc) = 1
)
group by geo_code, time_period;

create view commune_attribute as
with dropped as (
    select
        commune_code, attribute_code, cast(year as varchar) as year,
        coalesce(value_number, cast(value_flag as integer)) as value
    from territory_attributes.attributes
    qualify row_number() over (partition by commune_code, attribute_code, year order by _night desc) = 1
)
from (
    select *, 'insee_melodi' as source from statistic
    union all by name
    select *, 'territory_attributes' as source
    from dropped anti join statistic using (commune_code, attribute_code, year)
)
semi join commune using (commune_code);

create view newest_listing as
from inside_airbnb.listings
qualify {_NEWEST.format("listing_id, dump_on")};

create view newest_review_list as
from inside_airbnb.reviews
qualify rank() over (partition by listing_id order by dump_on desc, _night desc) = 1;
"""

_PLATFORMS = ["mastodon", "bluesky", "youtube", "instagram", "facebook"]
_CASES = ["opendatasoft", "open311", "publik"]
_REGISTERS = ["guichet_rennes", "courrier_vannes"]

RECONCILED: dict[str, tuple[str, str]] = {}

for platform in _PLATFORMS:
    RECONCILED[f"fct_post/{platform}"] = (
        f"""
        with own as (select id, arg_max(replies_count, _night) as replies_count from post_night group by id)
        select count(*), count(*) filter (is_repost), sum(replies_count)
        from (select distinct id, is_repost from post where _source = '{platform}') left join own using (id)
        """,
        "select count(*), count(*) filter (is_repost), sum(replies_count) from fct_post "
        f"where source_id = '{platform}'",
    )
    RECONCILED[f"fct_post_metric_day/{platform}"] = (
        f"select count(*), count(replies_count), sum(replies_count) from post_night where _source = '{platform}'",
        "select count(*), count(replies_count), sum(replies_count) from fct_post_metric_day "
        f"where source_id = '{platform}'",
    )
    RECONCILED[f"fct_account_day/{platform}"] = (
        f"""
        with told as (
            select account_key, metric_on as _night, arg_max(
                cast(metric_value as bigint), (insight._night, is_newer_name)
            ) filter (metric_name in ('page_fans', 'page_follows')) as followers_count
            from insight where _source = '{platform}' group by all
        )
        select count(*), count(followers), sum(followers) from (
            select coalesce(account.followers_count, told.followers_count) as followers
            from (from account where platform = '{platform}') as account
            full join told using (account_key, _night)
        )
        """,
        "select count(*), count(followers_count), sum(followers_count) from fct_account_day "
        f"where source_id = '{platform}'",
    )
for platform in ["mastodon", "bluesky", "youtube", "instagram"]:
    RECONCILED[f"fct_post_query/{platform}"] = (
        f"select count(distinct (id, scope_key)) from post where scope = 'query' and _source = '{platform}'",
        f"select count(*) from fct_post_query where source_id = '{platform}'",
    )
# An insight counts on the nights that show its post.
for platform, names in {
    "instagram": "'reach'", "facebook": "'post_impressions_unique', 'post_total_media_view_unique'"
}.items():  # fmt: skip
    RECONCILED[f"fct_post_metric_day/reach {platform}"] = (
        f"""
        select count(*), sum(metric_value)
        from {platform}.post_metrics as insight
        join post_night on (insight.post_id, insight._night) = (post_night.id, post_night._night)
        where metric_name in ({names})
        """,
        f"select count(reach_count), sum(reach_count) from fct_post_metric_day where source_id = '{platform}'",
    )
# Of whom a post names, the watched accounts; an account that names itself mentions nobody.
for platform in ["mastodon", "bluesky", "instagram", "facebook"]:
    RECONCILED[f"fct_mention/{platform}"] = (
        f"""
        with named as (
            select id, scope_key as account_key from post where scope = 'mention' and _source = '{platform}'
            union
            select id, official.account_key
            from (select id, unnest(mention_ids) as author_id from post where _source = '{platform}')
            join official using (author_id)
        ),
        author as (
            select id, coalesce(
                any_value(official.account_key), min(scope_key) filter (scope = 'own')
            ) as account_key
            from post left join official using (author_id) group by id
        )
        select count(*) from named join author using (id)
        where named.account_key is distinct from author.account_key
        """,
        f"select count(*) from fct_mention where source_id = '{platform}'",
    )
for platform in ["youtube", "instagram", "facebook"]:
    RECONCILED[f"fct_comment/{platform}"] = (
        f"""
        select count(*), count(likes_count), sum(likes_count) from (
            from comment where _source = '{platform}'
            qualify row_number() over (partition by id order by edited_at desc nulls last, _night desc) = 1
        )
        """,
        f"select count(*), count(likes_count), sum(likes_count) from fct_comment where source_id = '{platform}'",
    )
for source in _CASES:
    of_source = f"from fct_request where source_id = '{source}'"
    RECONCILED[f"fct_request/{source}"] = (
        f"""
        select count(*), count(municipality_code), sum(epoch_ms(updated_at)), sum(declared_on - date '2000-01-01')
        from newest_case where _source = '{source}'
        """,
        "select count(*), count(municipality_code), sum(epoch_ms(updated_at)), "
        f"sum(declared_on - date '2000-01-01') {of_source}",
    )
    RECONCILED[f"fct_request_delay/{source}"] = (
        f"select count(*) from newest_case where _source = '{source}'",
        f"select count(*) from fct_request_delay where source_id = '{source}'",
    )
    RECONCILED[f"fct_backlog_day/opened {source}"] = (
        f"""
        select count(*), sum(declared_on - date '2000-01-01')
        from newest_case where _source = '{source}' and municipality_code in (select commune_code from commune)
        """,
        f"""
        select sum(opened_count), sum(opened_count * (day_on - date '2000-01-01'))
        from fct_backlog_day where source_id = '{source}'
        """,
    )
    RECONCILED[f"fct_contact/{source}"] = (
        f"select count(*) from newest_case where _source = '{source}'",
        f"select count(*) from fct_contact where source_id = '{source}' and contact_kind = 'case'",
    )
# A case is declared open; after that an event is a night that shows another status than the one before.
for source in ["opendatasoft", "open311"]:
    RECONCILED[f"fct_request_event/{source}"] = (
        f"""
        with night as (
            select request_id, _night, meaning.status_code
            from case_version join meaning on lower(trim(status)) = published_status
            where _source = '{source}' and (updated_at >= (
                select max(earlier.updated_at) from case_version as earlier
                where (earlier._source, earlier.request_id) = (case_version._source, case_version.request_id)
                    and earlier._night < case_version._night
            )) is not false
        ),
        change as (
            from night
            qualify status_code != coalesce(lag(status_code) over (partition by request_id order by _night), 'open')
        )
        select (select count(*) from newest_case where _source = '{source}') + count(*), count(*) filter (
            status_code = 'closed'
        ) from change
        """,
        f"""
        select count(*), count(*) filter (status_code = 'closed')
        from fct_request_event where source_id = '{source}'
        """,
    )
# Publik lists the changes: those of the newest night that lists a case, the declaration itself once.
RECONCILED["fct_request_event/publik"] = (
    """
    with listed as (from publik.form_events qualify _night = max(_night) over (partition by request_id))
    select
        (select count(*) from newest_case where _source = 'publik') + count(*),
        sum(epoch_ms(occurred_at)) + (
            select sum(epoch_ms(declared_at)) from newest_case where _source = 'publik'
        ),
        count(*) filter (is_agent)
    from listed join newest_case using (_source, request_id)
    where occurred_at > declared_at
    """,
    """
    select count(*), sum(epoch_ms(occurred_at)), count(*) filter (is_agent and event_number > 0)
    from fct_request_event where source_id = 'publik'
    """,
)
for source in _REGISTERS:
    RECONCILED[f"fct_contact/{source}"] = (
        f"""
        select count(*), count(answered_on), sum(answered_on - date '2000-01-01') from (
            from {source}.contacts qualify {_NEWEST.format("request_id")}
        )
        """,
        f"""
        select count(*), count(answered_on), sum(answered_on - date '2000-01-01')
        from fct_contact where source_id = '{source}' and contact_kind = 'register'
        """,
    )
RECONCILED["fct_contact/asterisk_cdr"] = (
    "select count(*) from call where is_inbound",
    "select count(*) from fct_contact where contact_kind = 'call'",
)
RECONCILED["fct_call/asterisk_cdr"] = (
    "select count(*), sum(legs), sum(talk_seconds) filter (is_inbound) from call",
    "select count(*), sum(legs_count), sum(talk_seconds) from fct_call",
)
RECONCILED["fct_web_day/matomo"] = (
    f"""
    select count(*), count(visits_count), sum(visits_count), sum(bounces_count)
    from (from matomo.visits qualify {_NEWEST.format("site_id, day_on")})
    """,
    "select count(*), count(visits_count), sum(visits_count), sum(bounces_count) from fct_web_day",
)
RECONCILED["fct_satisfaction/limesurvey"] = (
    """
    select count(*), count(*) filter (is_complete), count(score), sum(score) from (
        from limesurvey.answers qualify row_number() over (
            partition by survey_id, response_id order by changed_at desc nulls last, _night desc
        ) = 1
    )
    """,
    "select count(*), count(*) filter (is_complete), count(score_10), sum(score_10) from fct_satisfaction "
    "where source_id = 'limesurvey'",
)
RECONCILED["fct_satisfaction/services_publics_plus"] = (
    f"""
    select count(*), count(tonality), sum(written_on - date '2000-01-01')
    from (from services_publics_plus.experiences qualify {_NEWEST.format("experience_id")})
    """,
    "select count(*), count(tonality_code), sum(answered_on - date '2000-01-01') from fct_satisfaction "
    "where source_id = 'services_publics_plus'",
)
RECONCILED["fct_review/google_business"] = (
    "select count(*), count(stars), sum(stars), count(*) filter ("
    "reply_updated_at is not null or reply_content is not null) from google_review",
    "select count(*), count(stars_count), sum(stars_count), count(*) filter (is_replied) from fct_review "
    "where source_id = 'google_business'",
)
RECONCILED["fct_review/facebook"] = (
    f"""
    select count(*), count(*) filter (recommendation = 'positive'), count(rating)
    from (from facebook.ratings qualify {_NEWEST.format("review_id")})
    """,
    "select count(*), count(*) filter (recommendation_code = 'positive'), count(stars_count) from fct_review "
    "where source_id = 'facebook'",
)
for kind, bronze in {
    "post": "select count(distinct id) from post where not is_repost",
    "comment": "select count(distinct id) from comment",
    "review": """
        select count(*) from (
            select review_id from google_review union all select distinct review_id from facebook.ratings
        )
    """,
    "request": "select count(*) from newest_case",
    "survey_answer": """
        select (
            select count(*) filter (is_complete) from (
                from limesurvey.answers qualify row_number() over (
                    partition by survey_id, response_id order by changed_at desc nulls last, _night desc
                ) = 1
            )
        )
            + (select count(distinct experience_id) from services_publics_plus.experiences)
    """,
}.items():
    RECONCILED[f"fct_voice/{kind}"] = (bronze, f"select count(*) from fct_voice where voice_kind = '{kind}'")

# ---- tourism: every vintage of a cell is kept, and a cell without a figure keeps its row and says why
for source, stream, cell, condition, fact, measure in [
    ("eurostat", "nights", "geo, time_period, nace_r2, c_resid", "freq = 'M'", "month", "nights"),
    ("eurostat_extended", "arrivals", "geo, time_period, nace_r2, c_resid", "freq = 'M'", "month", "arrivals"),
    ("eurostat_extended", "platform_nights", "geo, time_period, c_resid", "indic_to = 'NGT_SP'", "month", "nights"),
]:
    RECONCILED[f"fct_tourism_{fact}/{stream}"] = (
        f"""
        select
            count(*), count(obs_value), sum(obs_value),
            count(*) filter (obs_value is null and regexp_matches(obs_flag, '[cC]')), count(distinct ({cell}))
        from (
            from {source}.{stream}
            where unit = 'NR' and {condition} and c_resid in ('DOM', 'FOR', 'TOTAL')
            qualify row_number() over (partition by {cell}, coalesce(updated_at, _night) order by _night desc) = 1
        )
        """,
        f"""
        select
            count(*), count({measure}_count), sum({measure}_count), count(*) filter (
                {measure}_null_reason = 'withheld'
            ), count(*) filter (is_current_vintage)
        from fct_tourism_{fact} where source_id = '{source}' and stream = '{stream}'
        """,
    )
for fact, freq in [("month", "M"), ("year", "A")]:
    cell = "geo_level, geo_code, time_period, activity, tour_resid"
    RECONCILED[f"fct_tourism_{fact}/frequentation"] = (
        f"""
        select
            count(distinct ({cell}, updated_at)), count(distinct ({cell})),
            count(value) filter (tour_measure = 'NUI'), sum(value) filter (tour_measure = 'NUI'),
            count(value) filter (tour_measure = 'ARR'), sum(value) filter (tour_measure = 'ARR'),
            count(value) filter (tour_measure = 'PLACE_OCCUPANCY_RATE'),
            count(*) filter (value is null and tour_measure = 'NUI' and conf_status = 'C')
        from melodi_stay where freq = '{freq}'
        """,
        f"""
        select
            count(*), count(*) filter (is_current_vintage), count(nights_count), sum(nights_count),
            count(arrivals_count), sum(arrivals_count), count(occupancy_share),
            count(*) filter (nights_null_reason = 'withheld')
        from fct_tourism_{fact} where source_id = 'insee_melodi' and stream = 'frequentation'
        """,
    )
for name, source, stream, cell, value, withheld, condition in [
    (
        "eurostat", "eurostat_extended", "capacity", "geo, time_period, nace_r2, accomunit", "obs_value",
        "regexp_matches(obs_flag, '[cC]')", "unit = 'NR' and freq = 'A' and accomunit in ('ESTBL', 'BEDRM', 'BEDPL')",
    ),
    (
        "insee", "insee_melodi", "capacity", "geo_level, geo_code, time_period, activity, tour_measure",
        "obs_value * power(10, coalesce(unit_mult, 0))", "conf_status = 'C'",
        "freq = 'A' and ranking = '_T' and tour_measure in ('UNIT_LOC', 'PLACE')",
    ),
    (
        "housing", "insee_melodi", "housing", "geo_level, geo_code, time_period, occupation",
        "obs_value * power(10, coalesce(unit_mult, 0))", "conf_status = 'C'",
        "freq = 'A' and measure = 'DWELLINGS' and occupation in ('DW_SEC_DW_OCC', '_T')",
    ),
]:  # fmt: skip
    RECONCILED[f"fct_tourism_capacity_year/{name}"] = (
        f"""
        select
            count(*), count(obs_value), sum({value}), count(*) filter (obs_value is null and {withheld}),
            count(distinct ({cell}))
        from (
            from {source}.{stream} where {condition}
            qualify row_number() over (partition by {cell}, coalesce(updated_at, _night) order by _night desc) = 1
        )
        """,
        f"""
        select
            count(*), count(capacity_count), sum(capacity_count), count(*) filter (null_reason = 'withheld'),
            count(*) filter (is_current_vintage)
        from fct_tourism_capacity_year where source_id = '{source}' and stream = '{stream}'
        """,
    )
for fact, table, key, columns, measures in [
    (
        "fct_attendance", "attendance.visits", "site_code, period",
        ["paid_entries", "free_entries", "total_entries"],
        ["paid_entries_count", "free_entries_count", "total_entries_count"],
    ),
    (
        "fct_tourist_tax", "tourist_tax.stays", "commune_code, stay_month, accommodation_kind, collector",
        ["taxed_nights", "exempt_nights", "collected_eur"],
        ["taxed_nights_count", "exempt_nights_count", "collected_eur"],
    ),
    (
        "fct_mobile_presence_day", "mobile_flows.presence", "zone_code, present_on, category, origin",
        ["presence_estimate", "overnight_presence_estimate"], ["presence_estimate", "overnight_presence_estimate"],
    ),
    (
        "fct_office_request_day", "office_visits.requests", "office_code, visited_on, channel",
        ["visits_count", "persons_count", "foreign_visits_count"],
        ["office_requests_count", "persons_count", "foreign_office_requests_count"],
    ),
]:  # fmt: skip
    told, kept = (
        ", ".join(["count(*)", *(f"count({name}), sum({name})" for name in names)]) for names in (columns, measures)
    )
    RECONCILED[f"{fact}/{table}"] = (
        f"select {told} from (from {table} qualify {_NEWEST.format(key)})",
        f"select {kept} from {fact} where source_id = '{table.split('.')[0]}'",
    )
# A month of a listing is one in which a dump shows it or a guest reviewed it.
RECONCILED["fct_rental_month/inside_airbnb"] = (
    """
    with scraped as (select distinct listing_id, date_trunc('month', dump_on) as month_on from newest_listing),
    reviewed as (
        select listing_id, date_trunc('month', reviewed_on) as month_on, count(*) as reviews
        from newest_review_list group by all
    )
    select count(*), count(scraped.listing_id), sum(reviews)
    from scraped full join reviewed using (listing_id, month_on)
    """,
    "select count(*), count(dump_on), sum(month_reviews_count) from fct_rental_month",
)
for stream, bronze in {
    "establishments": "select count(distinct (_source, establishment_id)) from classified_accommodation.establishments",
    "offers": "select count(distinct offer_id) from datatourisme.offers",
    "visits": "select count(distinct site_code) from attendance.visits",
    "locations": """
        select count(*) from (
            select account_key from google_business.locations union select account_key from google_business.reviews
        )
    """,
}.items():
    RECONCILED[f"dim_place/{stream}"] = (bronze, f"select count(*) from dim_place where stream = '{stream}'")

# Where a publisher leaves out the communes that have none, the fact adds zeros: they are no records.
for source in ["territory_attributes", "insee_melodi"]:
    RECONCILED[f"dim_territory_attribute/{source}"] = (
        f"select count(*) filter (value != 0), sum(value) from commune_attribute where source = '{source}'",
        f"""
        select count(*) filter (value != 0), sum(value)
        from dim_territory_attribute where source_id = '{source}' and territory_id like 'commune:%'
        """,
    )
RECONCILED["dim_territory_attribute/classified_accommodation"] = (
    """
    select count(*), sum(capacity_persons) from (
        from classified_accommodation.establishments
        qualify rank() over (partition by year(_night) order by _night desc) = 1
    )
    """,
    """
    select
        sum(value) filter (attribute_code = 'classified_establishments'),
        sum(value) filter (attribute_code = 'classified_beds')
    from dim_territory_attribute where territory_id like 'commune:%'
    """,
)

# Nobody of the demonstration names a watched account there.
NONE_IN_THE_DEMONSTRATION = {"fct_mention/mastodon"}
NOT_RECORDS = {
    "fct_digital_inequality": "an index of a territory and a quarter, computed from the scores of maturity",
    "fct_maturity": "a score of a territory, computed from its indicators",
    "fct_maturity_composite": "a score of a territory, computed from its indicators",
    "fct_maturity_indicator": "an indicator of a territory, computed from KPIs",
    "fct_maturity_month": "an indicator of a territory and a month, computed from KPIs",
    "fct_source_night": "the lake's own report of a night, of which rpt_reconciliation leaves nothing unexplained",
    "fct_stream_freshness": "one row per stream, of the nights that were read",
    "fct_territory_silence": "an absence of records, which no record can be counted for",
}
