"""Citizen relations: nights that are late, restated, held and released give the rows of a full refresh."""

from __future__ import annotations

import datetime as dt

import pytest
from fixture_lake import FIRST_DAY
from gru_fixture import STREAMS, GruWorld

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]
WORLD = GruWorld(seed=11)
FACTS = {
    "fct_request", "fct_request_event", "fct_request_delay", "fct_backlog_day", "fct_contact", "fct_call",
    "fct_satisfaction", "fct_web_day", "dim_request_status",
}  # fmt: skip


def night(offset: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=offset)


def happen(warehouse, offset: int, variant: int | str, sources: set[str] | None = None) -> None:
    for source, stream in STREAMS:
        if sources is not None and source not in sources:
            continue
        if variant == "held":
            warehouse.lake.hold(source, stream, night(offset), ["volume hors bornes"])
        else:
            warehouse.lake.accept(source, stream, night(offset), WORLD.rows(source, stream, night(offset), variant))


def differences(one: dict, other: dict) -> set[str]:
    return {name for name in one if one[name] != other[name]}


def test_any_history_gives_the_rows_of_a_full_refresh(warehouse):
    for offset in (1, 2, 3):
        happen(warehouse, offset, 0)
    warehouse.build(with_tests=False)
    assert warehouse.query("select count(*) from fct_request_event where is_reopening")[0][0] > 0
    assert warehouse.query("select count(*) from fct_request where handoffs_count > 0")[0][0] > 0
    happen(warehouse, 6, 0)  # the names of statuses have changed, nights 4 and 5 are missing
    happen(warehouse, 2, 1)  # another attempt
    warehouse.build(with_tests=False)
    happen(warehouse, 0, 0)  # late, older than all
    happen(warehouse, 4, 0)  # late, in the middle
    happen(warehouse, 6, "held", {"publik", "open311", "asterisk_cdr", "matomo"})  # accepted before
    happen(warehouse, 3, "held", {"opendatasoft", "guichet_rennes", "limesurvey"})
    warehouse.build(with_tests=False)
    assert warehouse.query(
        "select count(*) from fct_request where source_id = 'publik' and last_seen_night_on > ?", night(4)
    ) == [(0,)]
    happen(warehouse, 6, 1, {"publik", "asterisk_cdr"})  # released, in another attempt
    happen(warehouse, 9, 0)
    result = warehouse.build(with_tests=False)
    assert not result.is_full_refresh
    incremental = warehouse.fingerprints()
    assert {name for name in FACTS if incremental[name][0] == 0} == set()
    assert warehouse.build(full_refresh=True, with_tests=False).is_full_refresh
    assert differences(warehouse.fingerprints(), incremental) == set()
