"""KPIs of a fixture written by hand, against numbers computed by hand."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from fixture_lake import Row

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SEPTEMBER, OCTOBER, NOVEMBER = dt.date(2026, 9, 30), dt.date(2026, 10, 31), dt.date(2026, 11, 20)


def account(key: str, territory: str, followers: int) -> Row:
    return {"account_key": key, "territory_id": territory, "author_id": f"author_{key}", "followers_count": followers}


def post(
    name: str, account_key: str | None, at: str, counts: tuple[int | None, ...] = (0, 0, 0), **fields: object
) -> Row:
    replies, reblogs, favourites = counts
    return {
        "post_id": name,
        "author_id": f"author_{account_key or name}",
        "account_key": account_key,
        "created_at": at,
        "territory_id": {"brest": "commune:29019", "bretagne": "region:53"}.get(account_key or ""),
        "is_reply": False,
        "replies_count": replies,
        "reblogs_count": reblogs,
        "favourites_count": favourites,
        "author_is_bot": False,
        **fields,
    }


def captured(name: str, query: str, author: str | None = None, *, is_bot: bool = False) -> Row:
    row = post(name, None, "2026-11-19T10:00:00", author_is_bot=is_bot)
    del row["account_key"]
    territory = {"saint_malo": "commune:35288", "bretagne": "region:53"}[query]
    return {
        **row,
        "author_id": author or f"author_{name}",
        "query_id": query,
        "query_version": 1,
        "territory_id": territory,
    }


def cell(geo: str, residence: str, value: float | None, flag: str | None, updated: str, month: str = "2026-08") -> Row:
    return {
        "freq": "M",
        "c_resid": residence,
        "unit": "NR",
        "nace_r2": "I551-I553",
        "geo": geo,
        "time_period": month,
        "obs_value": value,
        "obs_flag": flag,
        "updated_at": updated,
    }


def requests(commune: str | None, day: str, channel: str | None, number: int) -> list[Row]:
    return [
        {
            "request_id": f"{commune}-{day}-{channel}-{i}".replace(" ", "_"),
            "declared_on": day,
            "channel": channel,
            "municipality_code": commune,
            "status": "Nouveau",
        }
        for i in range(number)
    ]


@pytest.fixture(scope="module")
def built(empty_warehouse):
    empty_warehouse.reset()
    lake = empty_warehouse.lake
    brest, bretagne = ("brest", "commune:29019"), ("bretagne", "region:53")
    lake.accept("mastodon", "accounts", SEPTEMBER, [account(*brest, 900), account(*bretagne, 5000)])
    lake.accept("mastodon", "accounts", OCTOBER, [account(*bretagne, 5100)])
    lake.accept("mastodon", "accounts", NOVEMBER, [account(*brest, 1000), account(*bretagne, 5200)])
    lake.accept("mastodon", "statuses", SEPTEMBER, [])
    lake.accept("mastodon", "statuses", OCTOBER, [])
    lake.accept(
        "mastodon",
        "statuses",
        NOVEMBER,
        [
            post("rated", "brest", "2026-11-19T12:00:00", (1, 2, 7)),  # followers of the day after: 1000
            post("silent", "brest", "2026-11-20T12:00:00", (0, 0, 0)),
            post("unreported", "brest", "2026-11-20T13:00:00", (0, 0, None)),
            post("unobserved", "brest", "2026-11-15T13:00:00", (9, 9, 9)),  # no snapshot that day nor the next
            post("boost", "brest", "2026-11-20T14:00:00", (9, 9, 9), reblog_of_id="elsewhere"),
            post("region", "bretagne", "2026-11-20T15:00:00", (5, 5, 10)),
            post("midnight", "bretagne", "2026-10-31T23:30:00", (1, 1, 1)),  # 1 November in Paris
        ],
    )
    lake.accept("mastodon", "hashtag_timeline", SEPTEMBER, [])
    lake.accept("mastodon", "hashtag_timeline", OCTOBER, [])
    both = [captured("c1", "bretagne"), captured("c2", "bretagne")]
    lake.accept(
        "mastodon",
        "hashtag_timeline",
        NOVEMBER,
        [
            *(captured(f"c{i}", "saint_malo") for i in range(1, 7)),
            captured("robot", "saint_malo", is_bot=True),
            captured("rated", "saint_malo", "author_brest"),
            *both,
            captured("c7", "bretagne"),
            captured("c8", "bretagne"),
        ],
    )
    old, new = "2026-10-01T10:00:00", "2026-10-30T10:00:00"
    lake.accept("eurostat", "nights", SEPTEMBER, [cell("FRH0", "TOTAL", 90, "p", old)])
    lake.accept(
        "eurostat",
        "nights",
        OCTOBER,
        [
            cell("FRH0", "TOTAL", 100, None, new),
            cell("FRH0", "DOM", 75, None, new),
            cell("FRH0", "FOR", 25, None, new),
            cell("FR", "TOTAL", None, "c", new),
            cell("FR", "FOR", 10, None, new),
            cell("FR", "TOTAL", 7, "e", new, month="2026-07"),
        ],
    )
    lake.hold("eurostat", "nights", NOVEMBER, ["volume hors bornes"])
    lake.accept("opendatasoft", "reports", SEPTEMBER, requests("35238", "2026-09-15", "Application mobile", 3))
    lake.accept("opendatasoft", "reports", OCTOBER, [])
    lake.accept(
        "opendatasoft",
        "reports",
        NOVEMBER,
        [
            *requests("35238", "2026-11-02", "Application mobile", 6),
            *requests("35238", "2026-11-02", "Téléphone", 3),
            *requests("35238", "2026-11-03", "Pigeon", 3),
            *requests("29019", "2026-11-20", "Téléphone", 5),
            *requests("99999", "2026-11-20", "Téléphone", 4),
            *requests(None, "2026-11-20", "Téléphone", 4),
        ],
    )
    empty_warehouse.build()
    return empty_warehouse


def kpi(built, kpi_id: str, territory_id: str, month: str, *columns: str, channel: str = "all") -> tuple[object, ...]:
    rows = built.query(
        f"select {', '.join(columns)} from kpi_month where kpi_id = ? and territory_id = ? and month_on = ?"
        " and channel_code = ?",
        kpi_id,
        territory_id,
        f"{month}-01",
        channel,
    )
    assert len(rows) == 1, (kpi_id, territory_id, month, rows)
    return rows[0]


@pytest.mark.parametrize(
    ("territory", "month", "value", "known_share", "quality", "reason"),
    [
        ("region:53", "2026-09", 5900, 1, "ok", None),
        ("region:53", "2026-10", 5100, 0.5, "indicative", None),
        ("region:53", "2026-11", 6200, 1, "ok", None),
        ("country:FR", "2026-11", 6200, 1, "ok", None),
        ("commune:29019", "2026-09", 900, 1, "ok", None),
        ("commune:29019", "2026-10", None, 0, "withheld", "not_observed"),
        ("commune:29019", "2026-11", 1000, 1, "ok", None),
    ],
)
def test_followers(built, territory, month, value, known_share, quality, reason):
    found = kpi(built, "followers", territory, month, "value", "known_share", "quality", "null_reason")
    assert found == (value, known_share, quality, reason)


def test_followers_per_1000_inhabitants(built):
    population = built.query("select population from dim_territory where territory_id = 'commune:29019'")[0][0]
    assert population > 100_000
    found = kpi(
        built, "followers_per_1000_inhabitants", "commune:29019", "2026-11", "value", "numerator", "denominator"
    )
    assert found == (pytest.approx(1_000_000 / population), 1000, population)
    assert kpi(built, "followers_per_1000_inhabitants", "commune:29019", "2026-10", "value") == (None,)


def test_official_posts_are_dated_in_paris_and_without_boosts(built):
    assert kpi(built, "official_posts", "region:53", "2026-11", "value", "n", "numerator") == (6, 6, None)
    assert kpi(built, "official_posts", "commune:29019", "2026-11", "value") == (4,)
    assert built.query(
        "select count(*) from kpi_month where kpi_id = 'official_posts' and month_on = '2026-10-01'"
    ) == [(0,)]


def test_engagement_is_a_ratio_of_sums_over_followers_at_the_time(built):
    # rated 10 / 1000, silent 0 / 1000, region 20 / 5200; three of six posts cannot be rated
    found = kpi(
        built,
        "engagement_rate_by_followers",
        "region:53",
        "2026-11",
        "numerator",
        "denominator",
        "value",
        "n",
        "known_share",
        "quality",
    )
    assert found == (30, 7200, pytest.approx(30 / 7200), 3, 0.5, "indicative")
    found = kpi(
        built, "engagement_rate_by_followers", "commune:29019", "2026-11", "value", "numerator", "n", "null_reason"
    )
    assert found == (None, None, 2, "below_minimum_n")


def test_citizen_share_counts_a_post_once_a_territory(built):
    found = kpi(
        built,
        "citizen_post_share",
        "region:53",
        "2026-11",
        "numerator",
        "denominator",
        "value",
        "quality",
        channel="mastodon",
    )
    assert found == (8, 10, 0.8, "indicative")
    low, high = kpi(
        built, "citizen_post_share", "region:53", "2026-11", "interval_low", "interval_high", channel="mastodon"
    )
    assert 0.3 < low < 0.55 and 0.9 < high < 1
    found = kpi(
        built,
        "citizen_post_share",
        "commune:35288",
        "2026-11",
        "value",
        "n",
        "interval_low",
        "quality",
        "null_reason",
        channel="mastodon",
    )
    assert found == (None, 8, None, "withheld", "below_minimum_n")


def test_tourism_is_never_rolled_up_but_shared_by_equal_areas(built):
    for territory in ("nuts:FRH0", "nuts:FRH", "region:53"):
        found = kpi(built, "tourism_nights", territory, "2026-08", "value", "n", "interval_low", "is_provisional")
        assert found == (100, None, None, False), territory
        found = kpi(built, "foreign_nights_share", territory, "2026-08", "numerator", "denominator", "value")
        assert found == (25, 100, 0.25), territory
    found = kpi(built, "tourism_nights", "country:FR", "2026-08", "value", "null_reason", "quality")
    assert found == (None, "withheld", "withheld")
    assert kpi(built, "foreign_nights_share", "country:FR", "2026-08", "value", "numerator") == (None, None)
    assert kpi(built, "tourism_nights", "country:FR", "2026-07", "value", "is_provisional") == (7, True)
    found = kpi(built, "nights_seasonality_gini", "region:53", "2026-08", "value", "n", "null_reason")
    assert found == (None, 1, "fewer_than_12_months")
    levels = "select distinct territory_id from kpi_month where kpi_id = 'tourism_nights' order by 1"
    assert built.query(levels) == [("country:FR",), ("nuts:FRH",), ("nuts:FRH0",), ("region:53",)]


def test_requests_roll_up_and_a_read_month_without_any_is_a_zero(built):
    for territory in ("commune:35238", "epci:243500139", "departement:35"):
        assert kpi(built, "requests", territory, "2026-11", "value", "audience") == (12, "resident"), territory
    assert kpi(built, "requests", "region:53", "2026-11", "value") == (17,)
    assert kpi(built, "requests", "country:FR", "2026-11", "value") == (17,)
    assert kpi(built, "requests", "commune:35238", "2026-10", "value", "n", "null_reason") == (0, 0, None)
    assert kpi(built, "requests", "commune:35238", "2026-09", "value") == (3,)


def test_digital_share_leaves_unknown_channels_out(built):
    columns = ["numerator", "denominator", "value", "known_share", "interval_low", "interval_high", "quality"]
    found = kpi(built, "digital_request_share", "region:53", "2026-11", *columns)
    bounds = pytest.approx(0.20287, abs=1e-5), pytest.approx(0.68849, abs=1e-5)
    assert found == (6, 14, pytest.approx(6 / 14), pytest.approx(14 / 17), *bounds, "indicative")
    found = kpi(built, "digital_request_share", "commune:35238", "2026-11", "value", "n", "null_reason")
    assert found == (None, 9, "below_minimum_n")


def test_a_held_source_keeps_its_figures_and_says_how_old_they_are(built):
    assert kpi(built, "tourism_nights", "region:53", "2026-08", "stale_nights", "data_through_on") == (
        20,
        dt.date(2026, 8, 1),
    )
    assert kpi(built, "requests", "region:53", "2026-11", "stale_nights", "is_provisional") == (0, True)
    freshness = built.query(
        "select freshness_fr from rpt_kpi_month where kpi_id = 'tourism_nights' and territory_id = 'region:53'"
    )
    assert freshness == [("données jusqu’au 01/08/2026, sans nouvelles depuis 20 nuits",)]
    status = dict(
        built.query("select source_id, message_fr from rpt_source_status where message_fr <> 'aucune nuit reçue'")
    )
    assert status == {
        "mastodon": "à jour",
        "opendatasoft": "à jour",
        "eurostat": "retenue : volume hors bornes (sans nouvelles depuis 20 nuits)",
    }


def test_no_null_became_a_zero(built):
    assert built.query("select likes_count from fct_post where post_id = 'unreported'") == [(None,)]
    assert built.query("select likes_count from fct_post where post_id = 'silent'") == [(0,)]
    assert built.query("select count(*) from kpi_month where value is null and null_reason is null") == [(0,)]
    assert built.query(
        "select count(*) from rpt_kpi_month where kind = 'ratio' "
        "and ((numerator is null) <> (value is null) or (denominator is null) <> (value is null))"
    ) == [(0,)]


def test_superset_metrics_give_the_kpi_and_refuse_a_wrong_sum(built):
    from comptoir.warehouse.catalogue import superset_metrics

    expression = {metric["metric_name"]: metric["expression"] for metric in superset_metrics()}

    def chart(name: str, where: str, relation: str = "rpt_kpi_month") -> object:
        return built.query(f"select {expression[name]} from {relation} where {where}")[0][0]

    assert chart("requests", "territory_id = 'region:53'") == 20  # September and November
    # July has 7 nights and August's are withheld: their sum is unknown, not 7
    assert chart("tourism_nights", "territory_id = 'country:FR' and month_on = '2026-07-01'") == 7
    assert chart("tourism_nights", "territory_id = 'country:FR'") is None
    # September's share is withheld (three requests): the ratio is November's, whatever is left of September's parts
    september = "month_on = '2026-09-01' and kpi_id = 'digital_request_share'"
    left = (
        f"(select * replace (case when {september} then 1000 else numerator end as numerator, "
        f"case when {september} then null else denominator end as denominator) from rpt_kpi_month)"
    )
    assert chart("digital_request_share", "territory_id = 'region:53'", left) == pytest.approx(6 / 14)
    assert chart("requests", "territory_id in ('region:53', 'departement:35')") is None
    assert chart("requests", "territory_id = 'commune:00000'") is None
    assert chart("followers", "territory_id = 'region:53' and channel_code = 'all'") == 6200  # a stock: the last month
    assert chart("digital_request_share", "territory_id = 'region:53' and month_on = '2026-11-01'") == pytest.approx(
        6 / 14
    )
    population = built.query("select population from dim_territory where territory_id = 'region:53'")[0][0]
    assert chart("followers", "territory_id = 'region:53'") is None  # a platform and all of them
    where = "territory_id = 'region:53' and channel_code = 'all'"
    assert chart("followers_per_1000_inhabitants", where) == pytest.approx(6_200_000 / population)
    assert all(
        re.search(r"count\(distinct \(territory_id, audience, channel_code\)\)", text) for text in expression.values()
    )
