"""Retired metrics, new queries, merged communes, new sources: breaks of a series in kpi_month, and not falls."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from comptoir.settings import PROJECT_DIR, get_settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Row = dict[str, Any]
BREST, MALO, BRETAGNE = "commune:29019", "commune:35288", "region:53"
LANNION, REGISTER = "22113", "« Registre du guichet (Rennes) »"
PLEVEN, ARGUENON, PERROS = "22200", "22237", "22168"  # the first merged into the second on 1 January 2025
OTHER_VERSION = (
    '  - {query_id: bretagne, query_version: 2, platform: mastodon, hashtag: bzh, territory_id: "region:53",'
    " valid_from: 2026-10-15}\n"
)


def account(key: str, territory: str, followers: int) -> Row:
    return {"account_key": key, "territory_id": territory, "author_id": f"author_{key}", "followers_count": followers}


def fill_platforms(lake: Any) -> None:
    """Facebook counts fans and impressions, from 15 November 2025 followers and views; in December nobody asks it."""
    told = {
        "2025-10": (5000, "post_impressions", 1000),
        "2025-11": (1200, "post_media_view", 100),
        "2025-12": (1250, None, None),
    }
    for month, (followers, name, figure) in told.items():
        night = dt.date.fromisoformat(f"{month}-30")
        own = {"account_key": "brest_f", "territory_id": BREST, "created_at": f"{month}-27T10:00:00"}
        posts = [own | {"post_id": f"{month}_{i}", "author_id": "author_brest_f"} for i in range(4)]
        counts = {"reactions_count": 10, "comments_count": 0, "shares_count": 0}
        lake.accept("facebook", "accounts", night, [account("brest_f", BREST, followers)])
        lake.accept("facebook", "posts", night, [post | counts for post in posts])
        read = [
            own | {"post_id": post["post_id"], "metric_name": name, "period": "lifetime", "metric_value": figure}
            for post in posts
            if name
        ]
        lake.accept("facebook", "post_metrics", night, read)
        lake.accept("mastodon", "accounts", night, [account("brest_m", BREST, 700), account("malo_m", MALO, 300)])


def heard(day: str, numbers: range, query: str, version: int, territory: str) -> list[Row]:
    return [
        {
            "post_id": f"{territory}_{day}_{n}",
            "author_id": f"{territory}_citizen{n}",
            "created_at": f"{day}T09:00:00",
            "is_reply": False,
            "author_is_bot": False,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 2,
            "query_id": query,
            "query_version": version,
            "territory_id": territory,
        }
        for n in numbers
    ]


def fill_listening(lake: Any) -> None:
    """Bretagne by its first hashtag, by the second from the change on; Saint-Malo and YouTube go on as before."""
    regional = {
        "2026-09-14": heard("2026-09-13", range(20), "bretagne", 1, BRETAGNE),
        "2026-10-14": heard("2026-10-13", range(20), "bretagne", 1, BRETAGNE),
        "2026-10-16": heard("2026-10-13", range(15, 25), "bretagne", 2, BRETAGNE),  # five of them for the second time
        "2026-11-14": heard("2026-11-13", range(12), "bretagne", 2, BRETAGNE),
    }
    for night, posts in regional.items():
        day = str(dt.date.fromisoformat(night[:8] + "13"))
        local = heard(day, range(12), "saint_malo", 1, MALO)
        lake.accept("mastodon", "hashtag_timeline", dt.date.fromisoformat(night), posts + local)
        videos = [
            {
                "post_id": f"video_{day}_{n}",
                "author_id": f"tuber{n}",
                "posted_at": f"{day}T08:00:00",
                "title": "Titre",
                "views_count": 10,
                "likes_count": 1,
                "comments_count": 0,
                "query_id": "bretagne_youtube",
                "query_version": 1,
                "territory_id": BRETAGNE,
            }
            for n in range(10)
        ]
        lake.accept("youtube", "hashtag_posts", dt.date.fromisoformat(night), videos)


def fill_communes(lake: Any) -> None:
    """Each under its own code, then the successor's for most and the former one for two; then none of both."""
    reported = {
        "2024-12": {PLEVEN: 5, ARGUENON: 7, PERROS: 4},
        "2025-01": {PLEVEN: 2, ARGUENON: 11, PERROS: 4},
        "2025-02": {PERROS: 4},
    }
    for month, communes in reported.items():
        rows = [
            {
                "request_id": f"{month}_{commune}_{n}",
                "declared_on": f"{month}-26",
                "municipality_code": commune,
                "status": "Nouveau",
            }
            for commune, number in communes.items()
            for n in range(number)
        ]
        lake.accept("opendatasoft", "reports", dt.date.fromisoformat(f"{month}-28"), rows)


def fill_channels(lake: Any) -> None:
    """Lannion reports on the portal from March; the register of its counter begins on 9 May, silent in July."""
    for month in range(3, 9):
        day = dt.date(2025, month, 2)
        reports = [
            {"request_id": f"l{month}_{n}", "declared_on": str(day), "municipality_code": LANNION, "status": "Nouveau"}
            for n in range(4)
        ]
        own = {"min_record_on": "2024-12-01"} | ({"read_from_on": "1900-01-01"} if month == 8 else {})
        lake.accept("opendatasoft", "reports", day + dt.timedelta(days=20), reports, **own)
    register = [
        {
            "request_id": f"c{day}",
            "received_at": f"{day}T09:00:00",
            "channel": "Guichet",
            "territory_id": f"commune:{LANNION}",
        }
        for day in ("2025-05-09", "2025-05-20", "2025-06-03", "2025-06-04", "2025-08-05")
    ]
    lake.accept(
        "guichet_rennes",
        "contacts",
        dt.date(2025, 8, 30),
        register,
        min_record_on="2025-05-09",
        read_from_on="1900-01-01",
    )


FIGURES = {PLEVEN: 1, ARGUENON: 10, PERROS: 100}


def fill_tourism(lake: Any) -> None:
    """What senders who never heard of the merger write on both sides of it: each commune by its own code."""
    for month, night in (("2024-12", dt.date(2024, 12, 31)), ("2025-01", dt.date(2025, 1, 31))):
        stay = {"stay_month": month, "accommodation_kind": "Camping", "collector": "Commune", "declarants_count": 3}
        entered = {"period": month, "period_grain": "month", "period_starts_on": f"{month}-01"}
        asked = {"visited_on": f"{month}-03", "channel": "Comptoir"}
        seen = {"present_on": f"{month}-03", "category": "Touristes", "origin": "France"}
        homes = {"freq": "A", "geo_level": "COM", "measure": "DWELLINGS", "occupation": "DW_SEC_DW_OCC"}
        homes |= {"time_period": month[:4], "updated_at": f"{night}T10:00:00"}
        told: dict[tuple[str, str], list[Row]] = {}
        for town, figure in FIGURES.items():
            own = {"commune_code": town}
            lines = {
                ("tourist_tax", "stays"): stay | own | {"taxed_nights": figure, "exempt_nights": 0},
                ("attendance", "visits"): entered | own | {"site_code": town, "total_entries": figure},
                ("office_visits", "requests"): asked | own | {"office_code": town, "visits_count": figure},
                ("mobile_flows", "presence"): seen
                | {"zone_code": town, "presence_estimate": figure, "overnight_presence_estimate": figure},
                ("datatourisme", "offers"): {
                    "offer_id": f"{night}_{town}",
                    "main_type": "Beach",
                    "municipality_code": town,
                },
                ("insee_melodi", "housing"): homes | {"geo_code": town, "obs_value": figure},
            }
            for stream, line in lines.items():
                told.setdefault(stream, []).append(line)
        for stream, rows in told.items():
            lake.accept(*stream, night, rows)


@pytest.fixture(scope="module")
def built(empty_warehouse, tmp_path_factory):
    config = (PROJECT_DIR / "comptoir.yml").read_text(encoding="utf-8")
    assert config.count("listening_queries:\n") == 1
    path = tmp_path_factory.mktemp("breaks") / "comptoir.yml"
    path.write_text(config.replace("listening_queries:\n", "listening_queries:\n" + OTHER_VERSION), encoding="utf-8")
    empty_warehouse.reset()
    for fill in (fill_platforms, fill_listening, fill_communes, fill_channels, fill_tourism):
        fill(empty_warehouse.lake)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_CONFIG", str(path))
        before, empty_warehouse.settings = empty_warehouse.settings, get_settings()
        try:
            empty_warehouse.build()
            yield empty_warehouse
        finally:
            empty_warehouse.settings = before


def breaks(built, named: str) -> list[tuple[Any, ...]]:
    """KPI, territory, channel, month and reason of each figure whose series breaks for a reason with these words."""
    return built.query(
        "select distinct kpi_id, territory_id, channel_code, strftime(month_on, '%Y-%m'), break_reason_fr"
        " from kpi_month where is_series_break and contains(break_reason_fr, ?)",
        named,
    )


def series(
    built, kpi_id: str, territory: str, channel: str = "all", year: str = "2025", public: str = "resident"
) -> dict[str, tuple[Any, ...]]:
    """By month of a year: the value, why there is none, whether the series breaks; of all, or of that public alone."""
    rows = built.query(
        "select strftime(month_on, '%Y-%m'), value, null_reason, is_series_break from kpi_month where kpi_id = ?"
        " and territory_id = ? and channel_code = ? and audience in ('all', ?) and year(month_on) = ?",
        kpi_id,
        territory,
        channel,
        public,
        int(year),
    )
    assert len(rows) == len({month for month, *_ in rows})
    return {month: tuple(told) for month, *told in sorted(rows)}


AROUND_BREST = {
    BREST,
    "epci:242900314",
    "departement:29",
    BRETAGNE,
    "nuts:FRH02",
    "nuts:FRH0",
    "nuts:FRH",
    "country:FR",
}
NAMED = ("page_follows", "post_media_view", "écoute", "contour", "commence à compter", "n’est pas entier")
OF_FOLLOWERS = {
    "followers",
    "followers_per_1000_inhabitants",
    "engagement_rate_by_followers",
    "engagement_rate_mean_of_posts",
    "engagement_rate_daily",
}


@pytest.mark.parametrize(
    ("named", "kpis", "channels"),
    [
        ("page_follows le remplace", OF_FOLLOWERS, {"facebook", "all"}),
        ("post_media_view les remplace", {"engagement_rate_by_views"}, {"facebook"}),
    ],
)
def test_a_retired_metric_breaks_its_kpis_on_its_platform_in_its_month(built, named, kpis, channels):
    found = breaks(built, named)
    assert {kpi for kpi, *_ in found} <= kpis
    assert {territory for _, territory, *_ in found} <= AROUND_BREST
    of_brest = {(kpi, channel) for kpi, territory, channel, *_ in found if territory == BREST}
    assert of_brest == {(kpi, channel) for kpi in kpis for channel in channels}
    assert {
        territory for kpi, territory, *_ in found if kpi in {"followers", "engagement_rate_by_views"}
    } == AROUND_BREST
    assert {month for *_, month, _ in found} == {"2025-11"}
    assert {reason for *_, reason in found} == {found[0][-1]} and "le 15 novembre 2025" in found[0][-1]


def test_what_a_platform_counts_otherwise_is_told_as_it_is_with_the_break(built):
    """1200 followers are not 3800 fans that left: the month says so, and the other platforms' months do not."""
    assert series(built, "followers", BREST, "facebook") == {
        "2025-10": (5000, None, False),
        "2025-11": (1200, None, True),
        "2025-12": (1250, None, False),
    }
    assert [told[2] for told in series(built, "followers", BREST).values()] == [False, True, False]
    for territory, channel, value in [(BREST, "mastodon", 700), (MALO, "mastodon", 300), (MALO, "all", 300)]:
        assert set(series(built, "followers", territory, channel).values()) == {(value, None, False)}


def test_a_retired_metric_that_nobody_asks_by_its_new_name_is_unknown_and_not_zero(built):
    assert series(built, "engagement_rate_by_views", BREST, "facebook") == {
        "2025-10": (0.01, None, False),
        "2025-11": (0.1, None, True),
        "2025-12": (None, "not_observed", False),
    }


def test_a_new_listening_query_breaks_what_is_heard_with_it(built):
    found = breaks(built, "écoute")
    by_platform = {
        "citizen_post_share",
        "citizen_interaction_share",
        "citizen_view_share",
        "citizen_to_official_interactions",
    }
    of_both = {"voices", "voice_net_sentiment", "known_author_share", "known_language_share"}
    expected = {(kpi, "mastodon") for kpi in by_platform | of_both} | {(kpi, "all") for kpi in of_both}
    assert {(kpi, channel) for kpi, territory, channel, *_ in found if territory == BRETAGNE} == expected | {
        ("heard_network_share", "all")
    }
    assert {territory for _, territory, *_ in found} == {BRETAGNE, "nuts:FRH0", "nuts:FRH", "country:FR"}
    assert {told[3:] for told in found} == {("2026-10", "La requête d’écoute « bretagne » a changé le 15/10/2026.")}


def test_a_new_listening_query_is_no_fall_of_what_was_heard(built):
    """Twenty posts by the first version, ten by the second and five of them by both: heard once.

    What the second does not show of the first's was not deleted: nobody asked for it.
    """
    assert series(built, "voices", BRETAGNE, "mastodon", "2026") == {
        "2026-09": (20 + 12, None, False),  # Saint-Malo's too
        "2026-10": (25 + 12, None, True),
        "2026-11": (12 + 12, None, False),
    }
    for territory, channel, value in [(BRETAGNE, "youtube", 10), (MALO, "mastodon", 12), (MALO, "all", 12)]:
        months = series(built, "voices", territory, channel, "2026")
        assert months == dict.fromkeys(("2026-09", "2026-10", "2026-11"), (value, None, False)), (territory, channel)


def test_a_merged_commune_breaks_the_series_of_its_successor_alone(built):
    found = breaks(built, "contour")
    assert {told[1] for told in found} == {f"commune:{ARGUENON}"}
    assert {told[3:] for told in found} == {
        ("2025-01", "Le contour de la commune a changé le 01/01/2025 (réunion de Pléven).")
    }
    # whatever the KPI
    told = built.query(
        "select distinct kpi_id from kpi_month where territory_id = ? and month_on = '2025-01-01'",
        f"commune:{ARGUENON}",
    )
    assert {kpi for kpi, *_ in found} == {kpi for (kpi,) in told} >= {"requests", "open_requests", "voices"}


def test_a_merged_commune_keeps_its_years_and_leaves_no_zero_after_them(built):
    """What is still reported under its code is its successor's; around both, nothing rises or falls by the merger."""

    def requests(territory: str) -> dict[str, tuple[Any, ...]]:
        return series(built, "requests", territory, year="2024") | series(built, "requests", territory)

    assert requests(f"commune:{PLEVEN}") == {"2024-12": (5, None, False)}
    known = {month: told for month, told in requests(f"commune:{ARGUENON}").items() if month <= "2025-02"}
    assert known == {"2024-12": (7, None, False), "2025-01": (13, None, True), "2025-02": (0, None, False)}
    known = {month: told for month, told in requests("departement:22").items() if month <= "2025-02"}
    assert known == {
        "2024-12": (5 + 7 + 4, None, False),
        "2025-01": (13 + 4, None, False),
        "2025-02": (4, None, False),
    }
    assert built.query(
        "select count(*) from kpi_month where territory_id = ? and month_on >= '2025-01-01'", f"commune:{PLEVEN}"
    ) == [(0,)]


def test_a_source_that_begins_is_no_rise_of_what_it_is_counted_in(built):
    """The counter's two exchanges of May are not two more than in April, nor is its June a month after a whole one."""
    assert series(built, "contacts", f"commune:{LANNION}") == {
        "2025-03": (4, None, False),
        "2025-04": (4, None, False),
        "2025-05": (6, None, True),
        "2025-06": (6, None, True),
        "2025-07": (4, None, False),
        "2025-08": (5, None, False),
    }
    found = [told for told in breaks(built, "commence à compter") if REGISTER in told[4]]
    assert {told[3] for told in found} == {"2025-05"}
    assert {told[1] for told in found} >= {f"commune:{LANNION}", "departement:22", BRETAGNE}
    assert {kpi for kpi, *_ in found} >= {"contacts", "digital_contact_share"}
    assert {channel for _, _, channel, *_ in found} == {"all"}
    found = [told for told in breaks(built, "n’est pas entier") if REGISTER in told[4]]
    assert {told[3] for told in found} == {"2025-06"}
    assert {channel for kpi, _, channel, *_ in found if kpi == "contacts"} == {"all", "counter"}
    assert all("commence le 09/05/2025" in told[4] for told in found)


def test_a_month_that_only_a_first_load_read_is_a_zero(built):
    """The register's one night asked for everything: nobody came in July."""
    found = series(built, "contacts", f"commune:{LANNION}", "counter")
    assert {month: told[:2] for month, told in found.items()} == {
        "2025-05": (2, None),
        "2025-06": (2, None),
        "2025-07": (0, None),
        "2025-08": (1, None),
    }


def test_a_file_may_restate_its_last_month_and_no_other(built):
    told = built.query(
        "select strftime(month_on, '%Y-%m'), is_provisional from kpi_month where kpi_id = 'contacts'"
        " and territory_id = ? and channel_code = 'counter' and month_on >= '2025-05-01' order by 1",
        f"commune:{LANNION}",
    )
    assert told == [("2025-05", False), ("2025-06", False), ("2025-07", False), ("2025-08", True)]


@pytest.mark.parametrize(
    ("fact", "figure"),
    [
        ("fct_tourist_tax", "taxed_nights_count"),
        ("fct_attendance", "total_entries_count"),
        ("fct_office_request_day", "office_requests_count"),
        ("fct_mobile_presence_day", "overnight_presence_estimate"),
        ("fct_tourism_capacity_year", "capacity_count"),
    ],
)
def test_a_record_of_tourism_under_a_merged_commune_is_its_successors(built, fact, figure):
    """On both sides of the end, each record is counted once; before it, for the commune of its time."""
    found = built.query(f"select year(month_on), territory_id, cast({figure} as integer) from {fact} order by all")
    assert found == [
        (2024, f"commune:{PERROS}", 100),
        (2024, f"commune:{PLEVEN}", 1),
        (2024, f"commune:{ARGUENON}", 10),
        (2025, f"commune:{PERROS}", 100),
        (2025, f"commune:{ARGUENON}", 1),
        (2025, f"commune:{ARGUENON}", 10),
    ]


def test_a_place_in_a_merged_commune_is_in_its_successor_when_it_is_still_shown(built):
    places = dict(built.query("select place_id, territory_id from dim_place where stream = 'offers'"))
    assert places == {
        f"datatourisme:2024-12-31_{PLEVEN}": f"commune:{PLEVEN}",
        f"datatourisme:2024-12-31_{ARGUENON}": f"commune:{ARGUENON}",
        f"datatourisme:2024-12-31_{PERROS}": f"commune:{PERROS}",
        f"datatourisme:2025-01-31_{PLEVEN}": f"commune:{ARGUENON}",
        f"datatourisme:2025-01-31_{ARGUENON}": f"commune:{ARGUENON}",
        f"datatourisme:2025-01-31_{PERROS}": f"commune:{PERROS}",
    }


@pytest.mark.parametrize("kpi_id", ["tourist_tax_nights", "site_entries", "office_requests", "mobile_overnight_stays"])
def test_tourism_neither_rises_nor_falls_by_a_merger(built, kpi_id):
    def around(territory: str) -> dict[str, tuple[Any, ...]]:
        years = [series(built, kpi_id, territory, year=year, public="visitor") for year in ("2024", "2025")]
        return {month: told for month, told in (years[0] | years[1]).items() if month <= "2025-01"}

    assert {town: around(f"commune:{town}") for town in FIGURES} == {
        PLEVEN: {"2024-12": (1, None, False)},
        ARGUENON: {"2024-12": (10, None, False), "2025-01": (11, None, True)},
        PERROS: {"2024-12": (100, None, False), "2025-01": (100, None, False)},
    }
    # the operator's zones are not added up
    whole = {} if kpi_id == "mobile_overnight_stays" else {"2024-12": (111, None, False), "2025-01": (111, None, False)}
    assert around("departement:22") == whole


def test_who_was_in_either_part_of_a_merged_commune_is_not_known_by_day(built):
    """Whoever crossed both zones is in both figures: no sum of them, and none of them alone, is the successor's."""
    told = {town: series(built, "mobile_present_visitors", f"commune:{town}", public="visitor") for town in FIGURES}
    assert told[ARGUENON]["2025-01"] == (None, "not_defined", True)
    assert told[PERROS]["2025-01"] == (100, None, False)
    assert told[PLEVEN] == {}


def test_nothing_else_is_a_break(built):
    assert built.query(
        "select count(*) from kpi_month where is_series_break is distinct from (break_reason_fr is not null)"
    ) == [(0,)]
    known = [breaks(built, named) for named in NAMED]
    assert len(breaks(built, "")) == sum(map(len, known))
    assert all(known)
