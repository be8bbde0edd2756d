"""Social KPIs against numbers computed by hand; every reason for an absent figure, from a platform to its KPI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Row = dict[str, Any]
DAYS = [dt.date(2026, 11, 10) + dt.timedelta(days=k) for k in range(11)]
BREST, MALO, RENNES, BRETAGNE = "commune:29019", "commune:35288", "epci:243500139", "region:53"


def twenty_posts(night: dt.date) -> list[Row]:
    """Two a day from the 10th on. Post i has i reactions; the day after, a comment too, and a share if i is even."""
    rows = []
    for i in range(1, 21):
        age = (night - DAYS[(i - 1) // 2]).days
        if not 0 <= age <= 7:
            continue
        rows.append(
            {
                "post_id": f"p{i}",
                "author_id": "author_brest_f",
                "account_key": "brest_f",
                "territory_id": BREST,
                "created_at": f"{DAYS[(i - 1) // 2]}T10:00:00",
                "reactions_count": i,
                "comments_count": int(age >= 1),
                "shares_count": int(age >= 1 and i % 2 == 0),
            }
        )
    return rows


def insights(night: dt.date, account: str, territory: str, names: dict[str, int], posts: list[Row]) -> list[Row]:
    """Two days late: reach of post i is 100 i, views 200 i. Three days after, an answer without data."""
    rows = []
    for post in posts:
        age, i = (night - dt.date.fromisoformat(post["created_at"][:10])).days, int(post["post_id"][1:])
        for name, times in names.items() if age == 2 or age > 3 else ():
            rows.append(
                {
                    "post_id": post["post_id"],
                    "account_key": account,
                    "territory_id": territory,
                    "created_at": post["created_at"],
                    "metric_name": name,
                    "period": "lifetime",
                    "metric_value": times * i,
                }
            )
    return rows


def account(key: str, territory: str, followers: int | None, **more: Any) -> Row:
    return {
        "account_key": key,
        "territory_id": territory,
        "author_id": f"author_{key}",
        "followers_count": followers,
    } | more


def toot(name: str, day: str, author: str, interactions: int | None, **more: Any) -> Row:
    fixed = {
        "is_reply": False,
        "is_sensitive": False,
        "author_is_bot": False,
        "visibility": "public",
        "mention_ids": [],
    }
    counts = {"replies_count": 0, "reblogs_count": 0, "favourites_count": interactions}
    return {"post_id": name, "author_id": author, "created_at": f"{day}T09:00:00"} | fixed | counts | more


def video(name: str, author: str, **counts: int | None) -> Row:
    return {"post_id": name, "author_id": author, "posted_at": "2026-11-20T08:00:00", "title": "Titre"} | counts


def thread(number: int, answered_after: int | None) -> list[Row]:
    own = {"post_id": "v_plain", "account_key": "rennes_y", "territory_id": RENNES, "likes_count": 0}
    asked = {"comment_id": f"c{number}", "author_id": f"asker{number}", "posted_at": "2026-11-20T10:00:00"}
    rows = [own | asked | {"updated_at": asked["posted_at"]}]
    if answered_after:
        at = f"2026-11-20T{10 + answered_after}:00:00"
        reply = {"comment_id": f"r{number}", "author_id": "author_rennes_y", "reply_to_id": f"c{number}"}
        rows.append(own | reply | {"posted_at": at, "updated_at": at})
    return rows


def fill_facebook(lake: Any) -> None:
    for k, night in enumerate(DAYS):
        posts = twenty_posts(night)
        names = {"post_total_media_view_unique": 100, "post_media_view": 200}
        lake.accept("facebook", "accounts", night, [account("brest_f", BREST, 1000 + 100 * k)])
        lake.accept("facebook", "posts", night, posts)
        lake.accept("facebook", "post_metrics", night, insights(night, "brest_f", BREST, names, posts))
        lake.accept("facebook", "account_metrics", night, [])
        lake.accept("facebook", "comments", night, [])
        lake.accept("facebook", "mentions", night, [])


def fill_mastodon(lake: Any) -> None:
    """On the 17th: four official posts of 30 interactions, captured too, and twelve citizen posts of 10."""
    night = DAYS[-1]
    official = [toot(f"m_official{n}", "2026-11-17", "author_bretagne_m", 30) for n in range(4)]
    unseen = toot("m_unseen", "2026-11-15", "author_bretagne_m", 5)  # no snapshot of that day nor of the next
    mute = toot("m_mute", "2026-11-19", "author_bretagne_m", None)
    citizens = [toot(f"m_citizen{n}", "2026-11-17", f"citizen{n}", 10) for n in range(12)]
    own = {"account_key": "bretagne_m", "territory_id": BRETAGNE}
    captured = {"query_id": "q_m", "query_version": 1, "territory_id": BRETAGNE}
    for day in (dt.date(2026, 11, 17), night):
        lake.accept(
            "mastodon", "accounts", day, [account("bretagne_m", BRETAGNE, 2000, statuses_count=9, is_bot=False)]
        )
    lake.accept("mastodon", "statuses", night, [post | own for post in [*official, unseen, mute]])
    lake.accept("mastodon", "hashtag_timeline", night, [post | captured for post in [*official, *citizens]])


def fill_bluesky(lake: Any) -> None:
    """Ten reposts: seven of citizens' posts, three of the account's other official voice."""
    night = DAYS[-1]
    fixed = {"account_key": "brest_b", "territory_id": BREST, "indexed_at": "2026-11-01T10:00:00", "is_pinned": False}
    counts = {"replies_count": 0, "reposts_count": 0, "likes_count": 4}
    rows = [
        fixed
        | counts
        | {"post_id": f"b{n}", "author_id": "author_other_b" if n < 3 else f"someone{n}", "is_reply": False}
        | {"posted_at": "2026-11-01T10:00:00", "is_repost": True, "reposted_at": f"2026-11-18T10:{n:02}:00"}
        for n in range(10)
    ]
    lake.accept("bluesky", "accounts", night, [account("brest_b", BREST, 300), account("other_b", "commune:35238", 50)])
    lake.accept("bluesky", "posts", night, rows)
    lake.accept("bluesky", "hashtag_posts", night, [])


def fill_youtube(lake: Any) -> None:
    """Hidden subscribers; a video that hides its likes, one without comments; ten citizen videos; twelve threads."""
    night = DAYS[-1]
    hidden = account("rennes_y", RENNES, None, is_followers_count_hidden=True, views_count=9, posts_count=3)
    own = [
        video("v_plain", "author_rennes_y", views_count=1000, likes_count=20, comments_count=12),
        video("v_shy", "author_rennes_y", views_count=100, likes_count=None, comments_count=2),
        video("v_silent", "author_rennes_y", views_count=100, likes_count=3, comments_count=None),
    ]
    heard = [video(f"v_citizen{n}", f"tuber{n}", views_count=100, likes_count=1, comments_count=0) for n in range(10)]
    captured = {"query_id": "q_y", "query_version": 1, "territory_id": RENNES}
    asked = [row for n in range(12) for row in thread(n, n + 1 if n < 8 else None)]
    lake.accept("youtube", "accounts", night, [hidden])
    lake.accept("youtube", "posts", night, [v | {"account_key": "rennes_y", "territory_id": RENNES} for v in own])
    lake.accept("youtube", "hashtag_posts", night, [v | captured for v in [own[0], *heard]])
    lake.accept("youtube", "comments", night, asked)


def fill_instagram(lake: Any, followers: int) -> None:
    """Six posts of one and three percent of the followers in turn; the night brought no insight of theirs."""
    night = DAYS[-1]
    posts = [
        {
            "post_id": f"i{n}",
            "author_id": "author_malo_i",
            "account_key": "malo_i",
            "territory_id": MALO,
            "created_at": f"{DAYS[-1]}T0{n}:00:00",
            "media_type": "IMAGE",
            "media_product_type": "FEED",
            "like_count": followers * (1 + 2 * (n % 2)) // 100 - 5,
            "comments_count": 5,
        }
        for n in range(6)
    ]
    found = {"query_id": "q_i", "query_version": 1, "territory_id": BRETAGNE, "media_type": "IMAGE"}
    heard = [
        found | {"post_id": "h_shy", "created_at": f"{night}T08:00:00", "like_count": None, "comments_count": 1},
        found | {"post_id": "i0", "created_at": f"{night}T00:00:00", "like_count": 1, "comments_count": 1},
    ]
    lake.accept("instagram", "accounts", night, [account("malo_i", MALO, followers, follows_count=1, media_count=6)])
    lake.accept("instagram", "posts", night, posts)
    lake.accept("instagram", "hashtag_posts", night, heard)
    for stream in ("post_metrics", "account_metrics", "mentions"):
        lake.accept("instagram", stream, night, [])


def fill_requests(lake: Any) -> None:
    """Twelve residents of Rennes report something; who made its ten videos and twelve threads is not known."""
    reports = [
        {"request_id": f"R{n}", "declared_on": "2026-11-18", "municipality_code": "35238", "status": "Nouveau"}
        for n in range(12)
    ]
    lake.accept("opendatasoft", "reports", DAYS[-1], reports)


@pytest.fixture(scope="module")
def built(empty_warehouse):
    empty_warehouse.reset()
    population = empty_warehouse.query("select population from dim_territory where territory_id = ?", MALO)[0][0]
    fill_facebook(empty_warehouse.lake)
    fill_mastodon(empty_warehouse.lake)
    fill_bluesky(empty_warehouse.lake)
    fill_youtube(empty_warehouse.lake)
    fill_instagram(empty_warehouse.lake, population // 4 // 100 * 100)
    fill_requests(empty_warehouse.lake)
    empty_warehouse.build()
    return empty_warehouse


@pytest.fixture(scope="module")
def kpi(built) -> Callable[..., tuple[Any, ...]]:
    def read(kpi_id: str, territory_id: str, channel: str, *columns: str) -> tuple[Any, ...]:
        rows = built.query(
            f"select {', '.join(columns or ('value',))} from kpi_month"
            " where kpi_id = ? and territory_id = ? and channel_code = ? and month_on = '2026-11-01'",
            kpi_id,
            territory_id,
            channel,
        )
        assert len(rows) == 1, (kpi_id, territory_id, channel, rows)
        return rows[0]

    return read


@pytest.mark.parametrize(
    ("kpi_id", "numerator", "denominator", "value", "n", "known_share"),
    [
        # Each post earns i + 1, and one more when even: 210 + 20 + 10. Followers of the days: 2 × (1000 + … + 1900).
        ("engagement_rate_by_followers", 240, 29_000, 0.00827586, 20, 1),
        # The last two posts have no insight yet: 171 + 18 + 9 over 100 × (1 + … + 18).
        ("engagement_rate_by_reach", 198, 17_100, 0.01157895, 18, 0.9),
        ("engagement_rate_by_views", 198, 34_200, 0.00578947, 18, 0.9),
        # (6/1000 + 10/1100 + 14/1200 + 18/1300 + 22/1400 + 26/1500 + 30/1600 + 34/1700 + 38/1800 + 42/1900) / 20
        ("engagement_rate_mean_of_posts", 0.15561772, 20, 0.00778089, 20, 1),
        # The days bring 10, 14, … 42, then 3, over 1100 + … + 2000; the first day has no day before.
        ("engagement_rate_daily", 237, 15_500, 0.01529032, 10, 10 / 11),
    ],
)
def test_five_named_rates_of_twenty_posts(kpi, kpi_id, numerator, denominator, value, n, known_share):
    found = kpi(kpi_id, BREST, "facebook", "numerator", "denominator", "value", "n", "known_share", "quality")
    figures = pytest.approx((numerator, denominator, value, n, known_share), rel=1e-6)
    assert found[:5] == figures
    assert found[5] == ("ok" if (n, known_share) == (20, 1) else "indicative")
    low, high = kpi(kpi_id, BREST, "facebook", "interval_low", "interval_high")
    assert 0 < low < value < high < 5 * value


def test_the_five_rates_of_the_same_posts_differ(kpi):
    rates = ["by_followers", "by_reach", "by_views", "mean_of_posts", "daily"]
    assert len({kpi(f"engagement_rate_{rate}", BREST, "facebook") for rate in rates}) == 5


def test_followers_are_those_of_the_post_and_never_later(built):
    found = built.query(
        "select post_id, followers_at_post_count from fct_post where post_id in ('p1', 'p20') order by 1"
    )
    assert found == [("p1", 1000), ("p20", 1900)]


def test_an_empty_answer_never_overwrites_a_figure(built):
    days = built.query("select age_days, reach_count from fct_post_metric_day where post_id = 'p1' order by 1")
    assert days == [(0, None), (1, None), (2, 100), (3, None), (4, 100), (5, 100), (6, 100), (7, 100)]
    assert built.query("select reach_count, reach_null_reason from fct_post where post_id = 'p14'") == [(1400, None)]


def test_posts_a_day_and_followers_over_the_population(built, kpi):
    assert kpi("official_posts_per_day", BREST, "facebook", "value", "numerator") == (pytest.approx(20 / 30), 20)
    population = built.query("select population from dim_territory where territory_id = ?", BREST)[0][0]
    found = kpi("followers_per_1000_inhabitants", BREST, "facebook")
    assert found == (pytest.approx(2000 / population * 1000),)
    assert kpi("followers", BREST, "all", "value", "n") == (2300, 2)


def test_the_citizen_share_is_read_one_platform_at_a_time(built, kpi):
    assert kpi("citizen_post_share", BRETAGNE, "mastodon", "value", "n") == (0.75, 16)
    assert kpi("citizen_interaction_share", BRETAGNE, "mastodon", "numerator", "value") == (120, 0.5)
    assert kpi("citizen_view_share", RENNES, "youtube", "numerator", "value", "n") == (1000, 0.5, 11)
    found = kpi("citizen_view_share", BRETAGNE, "mastodon", "value", "null_reason", "known_share")
    assert found == (None, "not_reported", 0)
    shares = "select count(*) from kpi_month where kpi_id like 'citizen_%share' and kpi_id <> 'citizen_repost_share'"
    assert built.query(f"{shares} and channel_code = 'all'") == [(0,)]


def test_a_citizen_post_against_the_official_ones_of_its_week(kpi):
    # 12 posts of 10 interactions, where the four official ones of the week have 30 on average; the mute one has none
    found = kpi("citizen_to_official_interactions", BRETAGNE, "mastodon", "numerator", "denominator", "value", "n")
    assert found == (120, 360, pytest.approx(1 / 3), 12)


def test_what_official_accounts_pass_on(built, kpi):
    assert kpi("citizen_repost_share", BREST, "bluesky", "numerator", "denominator", "value") == (7, 10, 0.7)
    # one account chose all ten
    assert kpi("citizen_repost_share", BREST, "bluesky", "n", "interval_low", "quality") == (10, None, "indicative")
    assert built.query("select count(*), count(content), count(likes_count) from fct_post where is_repost") == [
        (10, 0, 0)
    ]
    assert built.query("select distinct likes_null_reason from fct_post where is_repost") == [("repost",)]
    assert built.query(
        "select count(*) from kpi_month where kpi_id = 'official_posts' and channel_code = 'bluesky'"
    ) == [(0,)]


def test_replies_and_their_delay_with_the_unanswered_as_censored(built, kpi):
    assert kpi("reply_share", RENNES, "youtube", "numerator", "denominator", "value") == (8, 12, pytest.approx(2 / 3))
    # Answered after 1, 2, … 8 hours, four still waiting: half have an answer after the sixth hour.
    for channel in ("youtube", "all"):
        assert kpi("reply_delay_hours", RENNES, channel, "value", "n", "quality") == (6, 12, "indicative"), channel
    low, median, high = built.query(
        "select reply_delay_hours_low, reply_delay_hours, reply_delay_hours_high"
        " from intermediate.kpi_input_reply_delay where territory_id = ? and channel_code = 'youtube'",
        RENNES,
    )[0]
    assert 1 < low < median == 6 and high is None  # too few were answered to say how long it may be


def test_the_index_weighs_its_components_by_the_stars(built, kpi):
    population = built.query("select population from dim_territory where territory_id = ?", MALO)[0][0]
    audience = (population // 4 // 100 * 100) / population / 0.5
    # engagement 2 % of 5 %, six posts in 30 days of one a day
    expected = 100 * (5 * 0.4 + 4 * audience + 3 * 0.2) / 12
    value, low, high, n = kpi("observatoire_index", MALO, "instagram", "value", "interval_low", "interval_high", "n")
    assert (value, n) == (pytest.approx(expected), 6)
    assert low < value < high <= 100
    found = built.query("select stratum_code, stratum_territories_count, stratum_median, stratum_rank_best"
                        " from rpt_observatoire_index where territory_id = ?", MALO)  # fmt: skip
    assert found == [("35000-49999", 1, None, None)]


def test_what_is_heard_and_known(kpi):
    assert kpi("heard_network_share", BRETAGNE, "all", "numerator", "denominator") == (5, 10)
    assert kpi("heard_network_share", MALO, "all", "numerator") == (1,)
    assert kpi("known_author_share", BRETAGNE, "instagram", "numerator", "denominator") == (1, 2)
    assert kpi("known_author_share", BRETAGNE, "mastodon", "value") == (1,)


@pytest.mark.parametrize(
    ("post_id", "column", "reason"),
    [
        ("m_official0", "reach", "not_reported"),  # Mastodon tells nobody
        ("m_official0", "views", "not_reported"),
        ("m_mute", "likes", "not_reported"),  # the record leaves it out
        ("p20", "reach", "not_observed"),  # it comes two days later
        ("p20", "saves", "not_reported"),
        ("i1", "views", "not_observed"),
        ("h_shy", "likes", "hidden"),  # by its owner
        ("h_shy", "views", "not_reported"),  # the owner alone is told
        ("v_shy", "likes", "hidden"),
        ("v_silent", "replies", "hidden"),  # comments are off
        ("v_plain", "shares", "not_reported"),
        ("v_plain", "followers", "hidden"),
        ("m_unseen", "followers", "not_observed"),
    ],
)
def test_every_reason_stands_in_the_facts(built, post_id, column, reason):
    figure = "followers_at_post_count" if column == "followers" else f"{column}_count"
    found = built.query(f"select {figure}, {column}_null_reason from fct_post where post_id = ?", post_id)
    assert found == [(None, reason)]


@pytest.mark.parametrize(
    ("kpi_id", "territory", "channel", "reason"),
    [
        ("followers", RENNES, "youtube", "hidden"),
        ("followers_per_1000_inhabitants", RENNES, "youtube", "hidden"),
        ("engagement_rate_by_followers", RENNES, "youtube", "hidden"),
        ("engagement_rate_mean_of_posts", RENNES, "youtube", "hidden"),
        ("engagement_rate_daily", RENNES, "youtube", "hidden"),
        ("engagement_rate_daily", MALO, "instagram", "not_observed"),
        ("engagement_rate_by_reach", MALO, "instagram", "not_observed"),
        ("engagement_rate_by_views", MALO, "instagram", "not_observed"),
        ("engagement_rate_by_reach", BRETAGNE, "mastodon", "not_reported"),
        ("engagement_rate_by_views", BRETAGNE, "mastodon", "not_reported"),
        ("engagement_rate_by_reach", RENNES, "youtube", "not_reported"),
        ("voice_net_sentiment", RENNES, "youtube", "not_scored"),
        # an account that publishes and is followed, and nothing else known of the authority: 40 % of the weights
        ("maturity_score", "epci:242900314", "all", "too_few_pillars"),
        ("maturity_rank_band_width", "epci:242900314", "all", "too_few_pillars"),
    ],
)
def test_every_reason_reaches_its_kpi(kpi, kpi_id, territory, channel, reason):
    assert kpi(kpi_id, territory, channel, "value", "null_reason", "quality") == (None, reason, "withheld")


@pytest.mark.parametrize(
    ("territory", "audience", "found"),
    [
        # value, n, share of a known public, the least and the most that it can be, and why it is not told
        (RENNES, "all", (34, 34, None, None, None, None)),
        (RENNES, "unknown", (22, 22, None, None, None, None)),
        (RENNES, "resident", (12, 12, 12 / 34, 12, 34, None)),
        # the region hears twelve posts and a picture more, and knows nobody else
        (BRETAGNE, "all", (47, 47, None, None, None, None)),
        (BRETAGNE, "resident", (None, 12, 12 / 47, None, None, "audience_unknown")),
    ],
)
def test_what_people_say_is_told_by_public_where_it_is_known_enough(built, territory, audience, found):
    columns = "value, n, audience_known_share, audience_low, audience_high, null_reason"
    rows = built.query(
        f"select {columns} from kpi_month where kpi_id = 'voices' and territory_id = ? and audience = ?"
        " and channel_code = 'all' and month_on = '2026-11-01'",
        territory,
        audience,
    )
    assert rows == [found]


def test_an_unknown_author_is_said_to_be_unknown(built):
    found = built.query("select author_kind, author_id, author_null_reason from fct_post where post_id = 'h_shy'")
    assert found == [("citizen_or_other", None, "not_reported")]
    # found under a hashtag without its author, but a post of a watched account all the same
    assert built.query("select author_kind, account_key from fct_post where post_id = 'i0'") == [("official", "malo_i")]


def test_no_null_became_a_zero(built):
    assert built.query("select count(*) from kpi_month where value is null and null_reason is null") == [(0,)]
    assert built.query("select replies_count from fct_post where post_id = 'p20'") == [(1,)]
    assert built.query("select shares_count from fct_post where post_id = 'p19'") == [(0,)]
    assert built.query("select likes_count, likes_null_reason from fct_post where post_id = 'p19'") == [
        (None, "not_observed")
    ]
