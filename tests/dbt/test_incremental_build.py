"""Builds that meet late, edited, held and faulty nights, or fail half-way; random histories: test_any_history."""

from __future__ import annotations

import datetime as dt

import pytest
from fixture_lake import FIRST_DAY, STREAMS, World

from comptoir.warehouse.build import BuildError

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
WORLD = World(seed=7, posts_per_day=4, requests_per_day=4)


def night(offset: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=offset)


def happen(warehouse, offset, source, what) -> None:
    for name, stream in STREAMS:
        if source not in {name, "all"}:
            continue
        if what == "held":
            warehouse.lake.hold(name, stream, night(offset), ["volume hors bornes"])
        else:
            warehouse.lake.accept(name, stream, night(offset), WORLD.rows(name, stream, night(offset), what))


def assert_equals_full_refresh(warehouse) -> None:
    incremental = warehouse.fingerprints()
    assert warehouse.build(full_refresh=True, with_tests=False).is_full_refresh
    whole = warehouse.fingerprints()
    assert {name for name in whole if whole[name] != incremental[name]} == set()


def test_late_edited_deleted_held_and_released_nights(warehouse):
    """The cases that must not depend on luck, in one history."""
    for offset in (2, 5):
        happen(warehouse, offset, "all", 0)
    warehouse.build(with_tests=False)
    happen(warehouse, 1, "all", 0)  # late
    happen(warehouse, 5, "all", 1)  # another attempt
    warehouse.build(with_tests=False)
    posts = warehouse.query("select count(*) from fct_post")[0][0]
    happen(warehouse, 5, "mastodon", "held")  # accepted before
    happen(warehouse, 3, "all", 0)
    warehouse.build(with_tests=False)
    assert warehouse.query("select count(*) from fct_post where source_night_on = ?", night(5)) == [(0,)]
    assert warehouse.query("select count(*) from fct_post where is_deleted_at_source")[0][0] > 0
    happen(warehouse, 5, "mastodon", 1)  # released
    warehouse.build(with_tests=False)
    assert warehouse.query("select count(*) from fct_post")[0][0] >= posts
    before = warehouse.fingerprints()
    warehouse.build(with_tests=False)  # nothing new
    assert warehouse.fingerprints() == before
    assert_equals_full_refresh(warehouse)


def test_a_build_that_fails_half_way_forgets_nothing(warehouse):
    """Facts are updated, then a later node fails, then the lake goes back to what it was: the next build sees all."""
    happen(warehouse, 2, "all", 0)
    happen(warehouse, 3, "all", 0)
    warehouse.build(with_tests=False)
    loaded = warehouse.query("select * from meta.loaded_file order by all")
    happen(warehouse, 3, "all", 1)
    # an impossible reconciliation makes a test of the last layer fail, after every fact was updated
    path = warehouse.lake.root / "reconciliation" / "eurostat" / "nights" / f"night={night(2)}.json"
    sound = path.read_text()
    path.write_text(sound.replace('"duplicate": 0', '"duplicate": 7'))
    with pytest.raises(BuildError, match="unexplained_count"):
        warehouse.build()
    assert warehouse.query("select * from meta.loaded_file order by all") == loaded
    assert warehouse.query("select count(*) from meta.pending_file")[0][0] == len(STREAMS)
    assert warehouse.query("select count(*) from fct_request where subcategory = 'variante 1'")[0][0] > 0
    path.write_text(sound)
    happen(warehouse, 3, "all", 0)
    warehouse.build(with_tests=False)
    assert warehouse.query("select count(*) from fct_request where subcategory = 'variante 1'") == [(0,)]
    assert warehouse.query("select count(*) from meta.pending_file") == [(0,)]
    assert_equals_full_refresh(warehouse)


def test_a_fault_of_a_new_night_is_found_although_only_that_night_is_tested(warehouse):
    for offset in (2, 3):
        happen(warehouse, offset, "all", 0)
    warehouse.build(with_tests=False)
    rows = WORLD.rows("eurostat", "nights", night(5))
    warehouse.lake.accept("eurostat", "nights", night(5), [*rows, rows[0]])
    with pytest.raises(BuildError, match="unique_key_stg_eurostat__nights"):
        warehouse.build()


def test_kpis_are_measured_again_only_where_their_facts_changed_and_every_node_is_recorded(warehouse):
    for offset in (2, 3):
        happen(warehouse, offset, "all", 0)
    warehouse.build(with_tests=False)
    happen(warehouse, 5, "opendatasoft", 0)
    result = warehouse.build(with_tests=False)
    recorded = warehouse.query("select name, status from meta.run_result where started_at = ?", result.started_at)
    assert len(recorded) == len(result.nodes) > 50
    assert {("fct_post", "success"), ("kpi_judged", "success")} <= set(recorded)
    touched = warehouse.query("select kpi_id, count(*) from intermediate.kpi_touched_month group by all")
    assert dict(touched)["requests"] in {1, 2}
    assert not {"official_posts", "followers_per_1000_inhabitants"} & set(dict(touched))
    assert warehouse.query("select count(*) from meta.touched_month") == [(0,)]


def test_a_record_that_moves_to_another_month_is_not_shown_twice(warehouse):
    """ADR 34: where a publisher breaks the rule that a record keeps its month, the key's test says so."""
    moved = WORLD.rows("opendatasoft", "reports", night(2))[0] | {"request_id": "moved", "closed_on": None}
    for offset, declared_on in ((2, "2026-10-05"), (40, "2026-12-08")):
        rows = WORLD.rows("opendatasoft", "reports", night(offset))
        warehouse.lake.accept("opendatasoft", "reports", night(offset), [*rows, moved | {"declared_on": declared_on}])
        if offset == 2:
            warehouse.build(with_tests=False)
    with pytest.raises(BuildError, match="unique_key_fct_request_source_id__request_id"):
        warehouse.build()
    warehouse.settings.warehouse_path.unlink()
    warehouse.build()
    found = warehouse.query("select declared_on from fct_request where request_id = 'moved'")
    assert found == [(dt.date(2026, 12, 8),)]


def test_who_had_waited_for_a_year_waits_less_when_the_night_that_said_so_is_held(warehouse):
    at = "2026-11-02T10:00:00"
    case = {"request_id": "waits", "form_slug": "voirie", "declared_at": at, "updated_at": at, "status_id": "1"}
    warehouse.lake.accept("publik", "forms", night(1), [case | {"is_endpoint": False, "municipality_code": "35238"}])
    warehouse.build(with_tests=False)
    waited = []
    for happens in (
        lambda: warehouse.lake.accept("publik", "forms", night(400), []),
        lambda: warehouse.lake.hold("publik", "forms", night(400), ["volume hors bornes"]),
    ):
        happens()
        warehouse.build(with_tests=False)
        waited += warehouse.query("select floor(observed_resolution_days * 24) from fct_request_delay")
        waited += warehouse.query("select count(*), sum(open_count) from fct_backlog_day")
    assert waited == [(365 * 24,), (400, 400), (13,), (1, 1)]
