"""Nights taken the whole way in one process, over real HTTP, in any order and with faults."""

import duckdb
import pytest

from comptoir.lake import verdicts
from comptoir.orchestration import steps
from comptoir.serving.publish import PublicationRefusedError
from comptoir.serving.versions import list_versions, open_served

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
    return {source: (status, stale) for source, status, stale in rows}


def test_any_night_rerun_in_any_order_gives_the_same_bytes_and_the_same_marts(settings, installation):
    for night in NIGHTS:
        _land_and_settle(night)
        steps.build(night)
    bronze, marts = bronze_digests(installation), mart_hashes(settings.warehouse_path)
    assert len(bronze) == 15
    assert marts
    for night in (NIGHTS[2], NIGHTS[0], NIGHTS[1], NIGHTS[0]):
        _land_and_settle(night)
    steps.build(NIGHTS[2])
    assert bronze_digests(installation) == bronze
    assert mart_hashes(settings.warehouse_path) == marts
    settings.warehouse_path.unlink()
    steps.build(NIGHTS[2])
    assert mart_hashes(settings.warehouse_path) == marts, "the warehouse is a pure function of the lake"
    _land_and_settle(NIGHTS[1], refetch=True)
    steps.build(NIGHTS[2])
    assert bronze_digests(installation) == bronze
    asked_again = mart_hashes(settings.warehouse_path)
    differing = {name.split(".")[1] for name in marts if asked_again[name] != marts[name]}
    assert differing == {"fct_source_night", "rpt_reconciliation"}, (
        "a second attempt is told apart, its figures are not"
    )


def test_a_held_batch_shows_stale_the_others_publish_and_a_release_heals_without_a_trace(
    publishers, settings, installation
):
    for night in NIGHTS[:2]:
        _land_and_settle(night)
    publishers.faults(f"opendatasoft:retype@{NIGHTS[2]}")
    results = {result["source"]: result["verdict"] for result in _land_and_settle(NIGHTS[2])}
    assert results == {"mastodon": "accepted", "eurostat": "accepted", "opendatasoft": "held"}
    steps.build(NIGHTS[2])
    steps.publish(NIGHTS[2])
    assert _status(settings)["opendatasoft"] == ("held", 1)
    assert _status(settings)["mastodon"] == ("fresh", 0)
    publishers.faults()
    _land_and_settle(NIGHTS[2], refetch=True)
    steps.build(NIGHTS[2])
    steps.publish(NIGHTS[2], accept_changes=True)
    assert _status(settings)["opendatasoft"] == ("fresh", 0)
    healed = mart_hashes(settings.warehouse_path, ["fct_request", "kpi_month"])
    settings.warehouse_path.unlink()
    steps.build(NIGHTS[2])
    assert mart_hashes(settings.warehouse_path, ["fct_request", "kpi_month"]) == healed


def test_a_source_that_fails_does_not_stop_the_others(publishers, settings):
    for night in NIGHTS[:1]:
        _land_and_settle(night)
    publishers.faults("eurostat:html-error")
    assert steps.backfill(NIGHTS[1], NIGHTS[1], progress=lambda _: None) == [f"eurostat {NIGHTS[1]}"]
    assert _status(settings)["eurostat"][1] == 1
    assert list((settings.lake_dir / "failures" / "eurostat").rglob("*.json"))


def test_a_bad_publication_moves_no_pointer_and_names_its_suspects(settings):
    _land_and_settle(NIGHTS[0])
    steps.build(NIGHTS[0])
    steps.publish(NIGHTS[0])
    before = [version for version in list_versions(settings) if version.is_current]
    _land_and_settle(NIGHTS[1])
    steps.build(NIGHTS[1])
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        (schema,) = connection.execute(
            "select table_schema from information_schema.tables where table_name = 'kpi_month'"
        ).fetchone()
        connection.execute(f"update {schema}.kpi_month set value = 3 where kpi_id = 'digital_request_share'")
    with pytest.raises(PublicationRefusedError) as refusal:
        steps.publish(NIGHTS[1])
    assert f"opendatasoft/{NIGHTS[1]}" in refusal.value.verdict.suspects
    assert [version for version in list_versions(settings) if version.is_current] == before


def test_a_hold_by_hand_takes_a_night_out_of_the_marts(settings):
    for night in NIGHTS[:2]:
        _land_and_settle(night)
    steps.build(NIGHTS[1])
    before = mart_hashes(settings.warehouse_path, ["fct_request"])
    verdicts.decide(settings, "opendatasoft", NIGHTS[1], "hold", "wrong file", "claire")
    steps.settle(["opendatasoft"], NIGHTS[1])
    steps.build(NIGHTS[1])
    assert mart_hashes(settings.warehouse_path, ["fct_request"]) != before
    verdicts.decide(settings, "opendatasoft", NIGHTS[1], "release", "it was right", "claire")
    steps.settle(["opendatasoft"], NIGHTS[1])
    steps.build(NIGHTS[1])
    assert mart_hashes(settings.warehouse_path, ["fct_request"]) == before
