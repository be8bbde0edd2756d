-- A small, sound version as the warehouse would hand it over: two KPIs, one territory, two closed months and an open one.
create table dim_territory as
select 'region:53' as territory_id, 'region' as territory_level, 'Bretagne' as territory_name;
create table bridge_territory_ancestor as
select 'region:53' as territory_id, 'region:53' as ancestor_id, 'region' as ancestor_level, 1.0::double as weight;
create table dim_date as select date '2026-11-21' as date_on, 2026 as year_number;
create table dim_channel as select 'web' as channel_code, true as is_digital;
create table dim_platform_metric as select 'mastodon' as channel_code, 'likes' as metric_code, true as is_reported;
create table dim_metric_epoch as
select 'mastodon' as channel_code, 'likes' as metric_code, 1 as epoch_number, 'favourites_count' as published_name;
create table dim_listening_query as
select 'bretagne' as query_id, 1 as query_version, date '2026-01-01' as valid_from;
create table dim_account as
select 'region_bretagne' as account_key, date '2026-01-01' as valid_from_on, 'region:53' as territory_id, 'p-1' as author_id;
create table dim_author as select 'p-' || i as author_id, 'mastodon' as channel_code from range(50) as r(i);
create table dim_kpi as
select * from (values
    ('requests', 'additive', 'requests', 'opendatasoft.reports'),
    ('digital_request_share', 'ratio', 'share', 'opendatasoft.reports'),
    ('followers', 'additive', 'accounts', 'mastodon.accounts')
) as k(kpi_id, kind, unit, streams);
create table kpi_month as
select
    'region:53' as territory_id, month_on, 'all' as audience, 'all' as channel_code, kpi_id, value, null::double as numerator,
    null::double as denominator, n, interval_low, interval_high, known_share, quality, null_reason, is_provisional,
    date '2026-11-20' as data_through_on, 1 as stale_nights
from (values
    ('requests', date '2026-09-01', 1000.0::double, 1000::bigint, null::double, null::double, null::double, 'ok', null::varchar, false),
    ('requests', date '2026-10-01', 1100.0, 1100, null, null, null, 'ok', null, false),
    ('requests', date '2026-11-01', 700.0, 700, null, null, null, 'ok', null, true),
    ('digital_request_share', date '2026-09-01', 0.6, 1000, 0.57, 0.63, 0.98, 'ok', null, false),
    ('digital_request_share', date '2026-10-01', 0.61, 1100, 0.58, 0.64, 0.98, 'ok', null, false),
    ('digital_request_share', date '2026-11-01', null, 0, null, null, null, 'withheld', 'withheld', true),
    ('followers', date '2026-10-01', 5000.0, 1, null, null, null, 'ok', null, false),
    ('followers', date '2026-11-01', 5050.0, 1, null, null, null, 'ok', null, true)
) as k(kpi_id, month_on, value, n, interval_low, interval_high, known_share, quality, null_reason, is_provisional);
create table rpt_kpi_month as
select kpi_month.*, 'Bretagne' as territory_name from kpi_month;
create table rpt_source_status as
select * from (values
    ('opendatasoft', 'opendatasoft', date '2026-11-20'),
    ('mastodon', 'mastodon', date '2026-11-20')
) as s(source_id, family, last_accepted_night);
create table rpt_reconciliation as
select
    source_id, stream, night_on, 'accepted' as verdict, 100 as received_count, 90 as kept_count, 5 as duplicate_count,
    3 as quarantined_count, 1 as erased_count, 1 as expired_count, timestamp '2026-11-21 03:00:00' as landed_at
from (values ('opendatasoft', 'reports'), ('mastodon', 'accounts')) as s(source_id, stream)
cross join (values (date '2026-11-19'), (date '2026-11-20')) as n(night_on);
create table fct_account_day as
select 'region_bretagne' as account_key, date '2026-11-01' + i::integer as day_on, 5000 + i as followers_count
from range(20) as r(i);
create table fct_tourism_month as select 'nuts:FRH0' as territory_id, date '2026-08-01' as month_on, 4.2e6 as nights_count;
create table fct_post as
select 'post-' || i as post_id, 'p-' || i as author_id, 'texte ' || i as content, date '2026-11-20' as posted_on
from range(50) as r(i);
create table fct_post_metric_day as
select 'post-' || i as post_id, date '2026-11-20' as night_on, i as replies_count from range(50) as r(i);
create table fct_mention as select 'post-' || i as post_id, 'region_bretagne' as account_key from range(5) as r(i);
create table fct_comment as
select 'comment-' || i as comment_id, 'p-' || i as author_id, 'texte ' || i as content from range(20) as r(i);
create table fct_post_query as select 'post-' || i as post_id, 'bretagne' as query_id from range(50) as r(i);
create table fct_request as
select 'opendatasoft' as source_id, 'R-' || i as request_id, 48.1 as latitude, -1.7 as longitude from range(100) as r(i);
