"""What is asked of every source: a wrong token, a publisher with nothing or with one row, a row sent on two pages.

What is particular to a publisher stands in its own file, and its bad days in ``test_publishers_faults.py``.
"""

import dataclasses
import itertools
from functools import partial
from pathlib import Path

import duckdb
import pytest
from tests.connectors.asking import Asker

from comptoir.config.file import load_config
from comptoir.connectors.http import PublisherError
from comptoir.inventory.schema import load_inventory
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.sandbox import faults
from comptoir.sandbox.drops import DroppedFile
from comptoir.settings import Settings

NIGHT = "2026-10-10"
SOURCES = load_config(Settings()).sources
# Whoever asks is let in: these publishers know no token.
OPEN = {"eurostat", "eurostat_extended", "inside_airbnb", "opendatasoft", "services_publics_plus"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_wrong_token_is_refused_by_the_publisher_itself(publishers, settings, monkeypatch, source):
    monkeypatch.setenv("COMPTOIR_SANDBOX_TOKEN", "canary-wrong-token")
    wrong = Settings()
    if source in OPEN:
        steps.land(source, NIGHT)
        assert landing.attempts(wrong, source, NIGHT) == [1]
        return
    with pytest.raises(PublisherError, match=f"COMPTOIR_TOKEN_{source.upper()}") as failure:
        steps.land(source, NIGHT)
    assert "canary" not in str(failure.value)
    assert landing.attempts(wrong, source, NIGHT) == []


BELOW = "below"  # asked for what lies below a row, as walks backwards do, there is nothing below the only one
NONE = "none"  # nothing at all
EDGES = "edges"  # an object of the graph, whose lists are cut
DROPPED = ("drop", {"files": None}, None)
# By source: what stands behind its publisher, the methods that list rows (or return what holds them), and the streams.
FEW = {
    "mastodon": ("instance", {"account_posts": BELOW, "tag_posts": BELOW}, ["statuses", "hashtag_timeline"]),
    "bluesky": ("network", {"feed": BELOW, "tagged": BELOW, "pinned": NONE}, ["posts", "hashtag_posts"]),
    "youtube": ("studio", {"uploads": None, "found": None}, ["posts", "hashtag_posts"]),
    "instagram": ("network", {"node": EDGES}, ["posts", "mentions", "hashtag_posts"]),
    "facebook": ("network", {"node": EDGES}, ["posts", "mentions", "ratings"]),
    "eurostat": ("warehouse", {"cube": {"series": None}}, None),
    "eurostat_extended": ("warehouse", {"cube": {"series": None}}, None),
    "opendatasoft": ("portal", {"table": {"rows": None}}, None),
    "services_publics_plus": ("portal", {"table": {"rows": None}}, None),
    **dict.fromkeys(["attendance", "classified_accommodation", "tourist_tax", "mobile_flows"], DROPPED),
    **dict.fromkeys(["office_visits", "territory_attributes"], DROPPED),
    **dict.fromkeys(["asterisk_cdr", "guichet_rennes", "courrier_vannes"], DROPPED),
}
# A series gives a record a period, a wide row of a file one a column: what makes them of one row.
SERIES = ("freq", "c_resid", "accomunit", "unit", "nace_r2", "indic_to", "geo")
ROWS = {"eurostat": SERIES, "eurostat_extended": SERIES, "territory_attributes": ("file_name", "file_row")}
# Their own files ask the same of them.
FEW_ELSEWHERE = {
    "insee_melodi": "test_insee_melodi.py::test_an_empty_answer_is_no_error_and_one_row_is_one",
    "google_business": "test_google_business.py::test_one_star_only_review_has_no_text_and_no_author",
    "datatourisme": "test_datatourisme.py::test_pages_end_where_the_catalogue_ends",
    "inside_airbnb": "test_inside_airbnb.py::test_a_dump_of_none_or_one",
    "open311": "test_open311.py::test_an_empty_answer_and_one_of_a_single_request",
    "publik": "test_publik.py::test_the_last_page_ends_the_list_whatever_its_length",
    "matomo": "test_matomo.py::test_one_row",
    "limesurvey": "test_limesurvey.py::test_one_answer_and_its_local_times",
}


class Few:
    """What stands behind a publisher, with ``count`` rows at most in each list that the named methods return."""

    def __init__(self, whole, methods, count):
        self._whole, self._methods, self._count = whole, methods, count

    def __getattr__(self, name):
        found = getattr(self._whole, name)
        return partial(self._few, found, self._methods[name]) if name in self._methods else found

    def _few(self, method, within, *given):
        found = method(*given)
        if isinstance(within, dict) and found is not None:
            return Few(found, within, self._count)
        if found is None or within == NONE:
            return None
        if within == BELOW and given[-1] is not None:
            return []
        if within == EDGES:
            edges = {name: partial(self._edge, edge) for name, edge in found.edges.items()}
            return dataclasses.replace(found, edges=edges)
        rows = list(itertools.islice(found, self._count))
        return [_one_row(row) if isinstance(row, DroppedFile) else row for row in rows]

    def _edge(self, edge, ask):
        whole = edge(ask)
        return dataclasses.replace(whole, rows=itertools.islice(whole.rows, self._count))


def _one_row(file):
    return dataclasses.replace(file, version="one row", rows=lambda: list(file.rows())[:1])


@pytest.mark.parametrize("source", FEW)
@pytest.mark.parametrize("count", [0, 1])
def test_a_publisher_with_nothing_is_no_error_and_one_row_is_one(publishers, settings, monkeypatch, source, count):
    publisher = publishers.app.state.world.publishers[source]
    behind, methods, streams = FEW[source]
    monkeypatch.setattr(publisher, behind, Few(getattr(publisher, behind), methods, count))
    config = load_config(settings)
    own = [account for account in config.accounts if account.platform == source][:1]
    queries = [query for query in config.listening_queries if query.platform == source][:1]
    narrow = {"accounts": own, "listening_queries": queries, "eurostat_geos": ["FR"]}
    asker = Asker(settings, source, NIGHT, config.model_copy(update=narrow))
    for stream in streams or asker.inventory.source(source).streams:
        found = asker.records(stream)
        rows = {tuple(row.get(name) for name in ROWS[source]) for row in found} if source in ROWS else found
        assert len(rows) == count, stream


# Here their lists fit on a page: their own files ask for small pages and the same.
TWICE_ELSEWHERE = {
    "insee_melodi": "test_insee_melodi.py::test_a_row_repeated_on_the_next_page_is_a_duplicate",
    "google_business": "test_google_business.py::test_a_row_repeated_across_pages_is_a_duplicate",
    "matomo": "test_matomo.py::test_a_row_repeated_across_pages_counts_once",
}


@pytest.mark.parametrize("source", [source for source in SOURCES if source not in TWICE_ELSEWHERE])
def test_a_row_sent_twice_is_counted_and_kept_once(publishers, settings, monkeypatch, source):
    """On two pages, or in one body where the publisher has no pages."""
    monkeypatch.setattr(faults, "REPEATED_EVERY", 5)
    publishers.faults("duplicate-page")
    steps.land(source, NIGHT)
    (result,) = steps.settle([source], NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]
    streams = duckdb.sql(f"""
        select stream, received = kept + duplicate + quarantined + erased + expired, duplicate
        from read_json('{settings.lake_dir}/reconciliation/{source}/*/*.json')
    """).fetchall()
    assert all(holds for _, holds, _ in streams), streams
    assert sum(duplicate for *_, duplicate in streams) > 0, streams
    for stream, *_ in streams:
        key = ", ".join(load_inventory().stream(source, stream).key)
        rows = duckdb.sql(f"""
            select count(*), count(distinct ({key}))
            from read_parquet('{settings.lake_dir}/bronze/{source}/{stream}/night={NIGHT}.parquet')
        """).fetchone()
        assert rows[0] == rows[1] > 0, stream


def test_the_tests_that_stand_elsewhere_are_there():
    assert sorted([*FEW, *FEW_ELSEWHERE]) == sorted(SOURCES)
    for place in [*FEW_ELSEWHERE.values(), *TWICE_ELSEWHERE.values()]:
        file, _, name = place.partition("::")
        assert f"def {name}(" in (Path(__file__).parent / file).read_text(encoding="utf-8"), place
