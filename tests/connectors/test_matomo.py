"""Matomo: daily counts over real HTTP, whatever shape the answer takes; errors come inside 200 answers."""

import datetime as dt
from urllib.parse import parse_qs

import duckdb
import pytest
from tests.connectors.asking import Asker, corrected

from comptoir.connectors.base import Malformed, Request
from comptoir.connectors.gru import matomo
from comptoir.connectors.http import PublisherError
from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.sandbox.matomo import Matomo
from comptoir.sandbox.seeded.web import SITES, SeededSites

NIGHT, NEXT = "2026-10-10", "2026-10-11"
DAY = dt.date(2026, 10, 10)


class FakeSites:
    """Two sites, of which the first had ``rows`` pages on one day and nothing else ever."""

    first_night = dt.date(2025, 9, 1)

    def __init__(self, rows, on=DAY, others=0):
        self.rows, self.on, self.others = rows, on, others

    def has(self, site):
        return site in SITES

    def visits(self, clock, site, day):
        if site != "1" or day != self.on or not self.rows:
            return None
        return {"nb_visits": self.rows, "nb_actions": self.rows, "bounce_count": 1, "bounce_rate": "45%",
                "avg_time_on_site": 12, "nb_uniq_visitors": "7"}  # fmt: skip

    def pages(self, clock, site, day):
        if site != "1" or day != self.on:
            return []
        rows = [
            {"label": f"/page/{at}", "url": f"https://ville.example/page/{at}?jeton={at}", "nb_visits": 1,
             "nb_hits": 1000 - at, "bounce_rate": "33,3 %", "avg_time_on_page": 5}
            for at in range(self.rows)
        ]  # fmt: skip
        summary = {"label": "Others", "nb_visits": 1, "nb_hits": self.others, "bounce_rate": "0%",
                   "avg_time_on_page": 1, "is_summary": True}  # fmt: skip
        return rows + ([summary] if self.others else [])


@pytest.fixture
def behind(publishers):
    """Put other sites behind the protocol for one test; what was asked is noted."""
    served = publishers.app.state.world.publishers
    whole = served["matomo"]
    asked = []

    def put(sites):
        served["matomo"] = Matomo(sites, token=whole.token)
        answer = served["matomo"].answer
        served["matomo"].answer = lambda ask: (asked.append(ask), answer(ask))[1]
        return asked

    yield put
    served["matomo"] = whole


def _received(settings):
    path = f"{settings.lake_dir}/reconciliation/matomo/pages/night={NIGHT}.json"
    return duckdb.sql(f"select received from read_json('{path}')").fetchall()[0][0]


def test_a_wrong_token_names_the_variable_and_is_not_shown(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_SANDBOX_TOKEN", "un-autre-jeton")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_MATOMO") as failure:
        steps.land("matomo", NIGHT)
    assert "un-autre-jeton" not in str(failure.value)


def test_the_token_travels_in_the_body_only(listener, behind):
    asked = behind(FakeSites(1))
    listener.night("matomo", NIGHT)
    assert {ask.method for ask in asked} == {"POST"}
    assert not any("token_auth" in str(ask.query) for ask in asked)


def test_a_throttle_that_lasts_ends_in_a_clear_error(publishers, settings):
    publishers.faults("throttle-storm")
    with pytest.raises(PublisherError, match=r"throttled .*again later"):
        steps.land("matomo", NIGHT)


def test_days_without_data_give_no_row_and_never_a_zero(listener, behind):
    behind(FakeSites(0))
    result = listener.night("matomo", NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]
    assert listener.bronze("matomo", "visits", NIGHT) == []
    assert listener.bronze("matomo", "pages", NIGHT) == []


def test_one_row(listener, behind):
    behind(FakeSites(1))
    listener.night("matomo", NIGHT)
    (visits,) = listener.bronze("matomo", "visits", NIGHT)
    assert (visits["day_on"], visits["visits_count"], visits["unique_visitors_count"]) == (DAY, 1, 7)
    assert (visits["bounce_share"], visits["site_id"], visits["territory_id"]) == (0.45, "1", "epci:243500139")
    (page,) = listener.bronze("matomo", "pages", NIGHT)
    assert (page["page_path"], page["is_others"], page["bounce_share"]) == ("/page/0", False, 0.333)


@pytest.mark.parametrize(("rows", "kept"), [(15, 15), (20, 20), (45, 40)])
def test_pages_are_walked_to_the_last_one_or_to_the_most_seen(listener, settings, behind, monkeypatch, rows, kept):
    monkeypatch.setattr(steps, "load_inventory", lambda: corrected("matomo", "pages", rows_per_page="10"))
    asked = behind(FakeSites(rows, others=99))
    listener.night("matomo", NIGHT)
    assert {_form(ask)["filter_limit"] for ask in asked if b"filter_limit" in ask.body} == {"10"}
    pages = listener.bronze("matomo", "pages", NIGHT)
    named = sorted(int(page["page_path"].rpartition("/")[2]) for page in pages if not page["is_others"])
    assert named == list(range(kept))
    assert [(page["page_path"], page["hits_count"]) for page in pages if page["is_others"]] == [(None, 99)]
    assert _received(settings) == len(pages), "the row of others stands under every page and is taken once"


def test_a_row_repeated_across_pages_counts_once(publishers, listener, behind, monkeypatch):
    monkeypatch.setattr(steps, "load_inventory", lambda: corrected("matomo", "pages", rows_per_page="10"))
    behind(FakeSites(25))
    publishers.faults("duplicate-page")
    listener.night("matomo", NIGHT)
    pages = listener.bronze("matomo", "pages", NIGHT)
    assert sorted(page["hits_count"] for page in pages) == list(range(976, 1001))


def test_the_last_days_are_asked_again_and_restated(listener):
    listener.night("matomo", NIGHT)
    listener.night("matomo", NEXT)
    first = {(row["site_id"], row["day_on"]): row for row in listener.bronze("matomo", "visits", NIGHT)}
    second = {(row["site_id"], row["day_on"]): row for row in listener.bronze("matomo", "visits", NEXT)}
    assert {day for _, day in second} == {DAY + dt.timedelta(days=at) for at in (-2, -1, 0, 1)}
    assert all(second[site, DAY]["visits_count"] > first[site, DAY]["visits_count"] for site in SITES)
    older = DAY - dt.timedelta(days=2)
    assert all(second[site, older]["visits_count"] == first[site, older]["visits_count"] for site in SITES)


def test_once_a_month_35_days_are_asked_again_and_a_log_imported_late_is_counted(listener):
    """Deletions and late imports change days that the nightly window has left."""
    for night in ("2026-09-05", "2026-09-30", "2026-10-01", "2026-10-02"):
        listener.night("matomo", night)
    asked = {night: {row["day_on"] for row in listener.bronze("matomo", "visits", night)} for night in
             ("2026-09-30", "2026-10-01", "2026-10-02")}  # fmt: skip
    assert {night: (len(days), min(days).isoformat()) for night, days in asked.items()} == {
        "2026-09-30": (4, "2026-09-27"),
        "2026-10-01": (36, "2026-08-27"),
        "2026-10-02": (4, "2026-09-29"),
    }

    def known(night):
        return {
            (row["site_id"], row["day_on"]): row["visits_count"] for row in listener.bronze("matomo", "visits", night)
        }

    first, monthly = known("2026-09-05"), known("2026-10-01")
    left = [key for key in first.keys() & monthly.keys() if key[1] < dt.date(2026, 9, 3)]
    assert any(monthly[key] > first[key] for key in left)
    assert all(monthly[key] >= first[key] for key in left)


def test_no_query_of_an_address_is_kept_but_addresses_stay_apart(listener):
    listener.night("matomo", NIGHT)
    pages = listener.bronze("matomo", "pages", NIGHT)
    assert not any("?" in (page["page_path"] or "") for page in pages)
    searches = [page for page in pages if page["page_path"] == "/recherche" and page["day_on"] == DAY]
    assert len({(page["site_id"], page["page_id"]) for page in searches}) == len(searches) > 2


def test_a_site_that_the_token_may_not_see_is_a_clear_error(settings, behind, monkeypatch):
    behind(FakeSites(1))
    monkeypatch.setattr(FakeSites, "has", lambda self, site: False)
    with pytest.raises(PublisherError, match="rights of the token"):
        steps.land("matomo", NIGHT)


def test_an_answer_is_read_by_day_whatever_its_shape():
    other = DAY + dt.timedelta(days=1)
    keyed = {"2026-10-10": {"nb_visits": 1}, "2026-10-11": []}
    assert matomo.by_day(keyed, DAY, other) == keyed
    assert matomo.by_day({"nb_visits": 1}, DAY, DAY) == {"2026-10-10": {"nb_visits": 1}}
    assert matomo.by_day([{"label": "/a"}], DAY, DAY) == {"2026-10-10": [{"label": "/a"}]}
    assert matomo.by_day([], DAY, other) == {}
    assert matomo.by_day({"nb_visits": 1}, DAY, other) is None
    assert matomo.by_day("fini", DAY, DAY) is None


@pytest.mark.parametrize(
    ("published", "share"), [("45%", 0.45), ("12,5 %", 0.125), ("0%", 0.0), (0.4, 0.4), ("beaucoup", "beaucoup")]
)
def test_percentages_become_shares_and_the_rest_is_left_to_the_contract(published, share):
    assert matomo.share(published) == share


@pytest.mark.parametrize("row", ["page", 3, {"url": "http://[cassé", "label": "x"}])
def test_a_page_that_is_none_is_malformed(row):
    assert isinstance(matomo.page_record("2026-10-10", row, "Others"), Malformed)


def _visits(asker):
    return asker.records("visits", since="2026-10-09", sites="1=commune:35238")


def _form(ask):
    return {name: values[0] for name, values in parse_qs(ask.body.decode()).items()}


def test_what_is_recalled_is_asked_as_the_options_say(settings, behind):
    asked = behind(FakeSites(1))
    with pytest.raises(PublisherError, match="know the token"):  # the sandbox takes it in the body only
        _visits(Asker(settings, "matomo", NIGHT, token_in="header Authorization Bearer"))
    assert settings.sandbox_token not in asked[-1].body.decode()
    assert asked[-1].headers["authorization"] == f"Bearer {settings.sandbox_token}"
    with pytest.raises(PublisherError, match=r"/matomo/index\.php"):
        _visits(Asker(settings, "matomo", NIGHT, path="/matomo/index.php"))
    assert asked[-1].path == "/matomo/index.php"
    asker, sites = Asker(settings, "matomo", NIGHT), {"sites": "1=commune:35238"}
    with pytest.raises(PublisherError, match="error inside"):
        asker.records("visits", since="2026-10-09", method="VisitsSummary.lire", **sites)
    assert _form(asked[-1])["method"] == "VisitsSummary.lire"
    asked.clear()
    asker.records("visits", since="2026-10-06", days_per_call="2", **sites)
    assert [_form(ask)["date"] for ask in asked] == [
        "2026-10-06,2026-10-07",
        "2026-10-08,2026-10-09",
        "2026-10-10,2026-10-10",
    ]


@pytest.mark.parametrize("kind", ["bad_token_words", "throttled_words", "no_access_words"])
def test_errors_inside_a_200_are_told_apart_by_the_words_of_the_options(kind):
    options = load_inventory().source("matomo").options
    error = {"result": "error", "message": "Accès impossible (code 712)"}
    unknown = matomo.complaint(error, options)
    read = matomo.complaint(error, {**options, kind: "x | code 712"})
    assert (unknown.problem, unknown.again) == ("answered 200 with an error inside", False)
    assert read.problem != unknown.problem
    assert read.again is (kind == "throttled_words")


def test_the_row_of_others_has_the_label_of_the_options():
    row = {"label": "Autres", "nb_hits": 3}
    assert matomo.page_record("2026-10-10", row, "Autres")["is_others"] is True
    assert matomo.page_record("2026-10-10", row, "Others")["is_others"] is False


def test_the_seeded_sites_follow_the_season(publishers):
    from comptoir.sandbox.clock import Clock

    sites = SeededSites(publishers.app.state.world.region)
    clock = Clock.of(dt.date(2026, 10, 10))
    summer, winter = (
        sum(
            (sites.visits(clock, "2", dt.date(2026, month, day)) or {"nb_visits": 0})["nb_visits"]
            for day in range(1, 28)
        )
        for month in (8, 2)
    )
    assert summer > 1.5 * winter


def test_a_first_load_says_how_far_back_it_asked(settings):
    inventory = load_inventory()
    source, own = inventory.source("matomo"), inventory.source("matomo").streams["pages"]
    asked = {"source": source, "own": own, "night": DAY, "config": None, "client": None, "base_url": ""}
    first = Request(stream=inventory.stream("matomo", "pages"), since=None, **asked)
    assert first.read_from_on == DAY - dt.timedelta(days=60)
    again = Request(
        stream=inventory.stream("matomo", "pages"), since=dt.datetime(2026, 10, 7, 22, tzinfo=dt.UTC), **asked
    )
    assert again.read_from_on == dt.date(2026, 10, 8)
    everything = inventory.source("opendatasoft").streams["reports"]
    whole = Request(stream=inventory.stream("opendatasoft", "reports"), since=None, **asked | {"own": everything})
    assert whole.read_from_on is None
