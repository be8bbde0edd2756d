"""Nights taken the whole way in one process, over real HTTP, in any order and with faults."""

import duckdb
import pytest

from comptoir.lake import verdicts
from comptoir.orchestration import steps
from comptoir.serving.publish import PublicationRefusedError
from comptoir.serving.versions import list_versions, open_served
from comptoir.warehouse.build import build

from .conftest import bronze_digests, mart_hashes

NIGHTS = ["2026-10-08", "2026-10-09", "2026-10-10"]
SOURCES = ["mastodon", "eurostat", "opendatasoft"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.usefixtures("warehouse_is_there")]


def _land_and_settle(night, *, refetch=False):
    assert steps.land_sources(SOURCES, night, refetch=refetch) == []
    return steps.settle(SOURCES, night)


def _status(settings):
    with open_served(settings) as connection:
        rows = connection.execute("select source_id, status, stale_nights from rpt_source_status").fetchall()
    return {source: (status, stale) for source, status, stale in rows if source in SOURCES}


def _build(night):
    """Without data tests: what is asked here is which rows there are."""
    build(night, with_tests=False)


def test_any_night_rerun_in_any_order_gives_the_same_bytes_and_the_same_marts(settings, installation):
    for night in NIGHTS:
        _land_and_settle(night)
        if night != NIGHTS[1]:
            _build(night)
    bronze, marts = bronze_digests(installation), mart_hashes(settings.warehouse_path)
    assert len(bronze) == 15
    assert marts
    for night in (NIGHTS[2], NIGHTS[0], NIGHTS[1], NIGHTS[0]):
        _land_and_settle(night)
    _build(NIGHTS[2])
    assert bronze_digests(installation) == bronze
    assert mart_hashes(settings.warehouse_path) == marts
    settings.warehouse_path.unlink()
    _build(NIGHTS[2])
    assert mart_hashes(settings.warehouse_path) == marts, "the warehouse is a pure function of the lake"
    _land_and_settle(NIGHTS[1], refetch=True)
    _build(NIGHTS[2])
    assert bronze_digests(installation) == bronze
    asked_again = mart_hashes(settings.warehouse_path)
    differing = {name.split(".")[1] for name in marts if asked_again[name] != marts[name]}
    assert differing == {"fct_source_night", "rpt_reconciliation"}, (
        "a second attempt is told apart, its figures are not"
    )


def test_a_night_that_is_held_or_fails_or_is_bad_shows_and_heals_without_a_trace(publishers, settings):
    """One history: each misfortune begins from the healed end of the one before."""
    held, later = NIGHTS[1], NIGHTS[2]

    # A batch that the landing gate holds: its source shows stale, the others publish, and a release heals.
    _land_and_settle(NIGHTS[0])
    publishers.faults(f"opendatasoft:retype@{held}")
    results = {result["source"]: result["verdict"] for result in _land_and_settle(held)}
    assert results == {"mastodon": "accepted", "eurostat": "accepted", "opendatasoft": "held"}
    steps.build(held)
    steps.publish(held)
    assert _status(settings) == {"opendatasoft": ("held", 1), "mastodon": ("fresh", 0), "eurostat": ("fresh", 0)}
    publishers.faults()
    _land_and_settle(held, refetch=True)
    steps.build(held)
    steps.publish(held, accept_changes=True)
    assert _status(settings)["opendatasoft"] == ("fresh", 0)
    figures = ["fct_request", "kpi_month"]
    healed = mart_hashes(settings.warehouse_path, figures)

    # A hold by hand takes the night out of the marts, and its release puts it back.
    verdicts.decide(settings, "opendatasoft", held, "hold", "wrong file", "claire")
    steps.settle(["opendatasoft"], held)
    _build(held)
    without = mart_hashes(settings.warehouse_path, figures)
    assert all(without[name] != healed[name] for name in healed)
    verdicts.decide(settings, "opendatasoft", held, "release", "it was right", "claire")
    steps.settle(["opendatasoft"], held)
    _build(held)
    assert mart_hashes(settings.warehouse_path, figures) == healed

    # A source that fails does not stop the others.
    publishers.faults("eurostat:html-error")
    assert steps.backfill(later, later, sources=SOURCES, progress=lambda _: None) == [f"eurostat {later}"]
    assert _status(settings)["eurostat"][1] == 1
    assert list((settings.lake_dir / "failures" / "eurostat").rglob("*.json"))

    # A bad publication moves no pointer and names its suspects.
    publishers.faults()
    last = "2026-10-11"
    _land_and_settle(last)
    _build(last)
    marts = mart_hashes(settings.warehouse_path, figures)
    build(last, full_refresh=True, with_tests=False)
    assert mart_hashes(settings.warehouse_path, figures) == marts, "nothing of what happened is left"
    before = [version for version in list_versions(settings) if version.is_current]
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("update intermediate.kpi_judged set value = 3 where kpi_id = 'digital_request_share'")
    with pytest.raises(PublicationRefusedError) as refusal:
        steps.publish(last)
    assert f"opendatasoft/{last}" in refusal.value.verdict.suspects
    assert [version for version in list_versions(settings) if version.is_current] == before
