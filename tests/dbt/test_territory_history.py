"""Attributes, peers and maturity: one history of late, corrected, held and released nights equals a full refresh."""

from __future__ import annotations

import datetime as dt

import pytest
from fixture_lake import STREAMS as OTHER_STREAMS
from fixture_lake import World
from territory_fixture import FIRST_DAY, STREAMS, rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
WORLD = World(seed=11, posts_per_day=3, requests_per_day=3)
TABLES = (
    "dim_territory_attribute",
    "dim_territory_profile",
    "dim_territory_stratum",
    "bridge_territory_peer",
    "fct_maturity_month",
    "fct_maturity",
    "fct_maturity_composite",
    "fct_territory_silence",
)


def night(offset: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=offset)


def accept(lake, offset: int, variant: int = 0, only: str = "") -> None:
    for source, stream in STREAMS:
        if not only or source == only:
            lake.accept(source, stream, night(offset), rows(source, stream, night(offset), variant))
    for source, stream in OTHER_STREAMS:
        if not only or source == only:
            lake.accept(source, stream, night(offset), WORLD.rows(source, stream, night(offset), variant))


def hold(lake, offset: int, only: str) -> None:
    for source, stream in [*STREAMS, *OTHER_STREAMS]:
        if source == only:
            lake.hold(source, stream, night(offset), ["volume hors bornes"])


def peers(warehouse) -> list[tuple]:
    return warehouse.query(
        "select territory_level, count(*), min(attributes_fingerprint) from bridge_territory_peer "
        "group by all order by all"
    )


def missing(warehouse) -> dict[str, set[str]]:
    """Why figures of KPIs of maturity are missing."""
    rows = warehouse.query(
        "select kpi_id, null_reason from kpi_month where null_reason is not null"
        " and (kpi_id like 'maturity%' or kpi_id = 'digital_service_gini')"
    )
    return {kpi_id: {reason for kpi, reason in rows if kpi == kpi_id} for kpi_id, _ in rows}


def test_one_history_gives_the_rows_of_a_full_refresh(warehouse):
    lake = warehouse.lake
    for offset in (2, 5, 3, 4):
        accept(lake, offset)
    warehouse.build(with_tests=False)
    found = peers(warehouse)
    assert [level for level, _, _ in found] == ["commune", "epci"]
    # requests of the week are not due, few days of accounts and few contacts were seen: too little for a composite
    few = {
        "maturity_score": {"too_few_pillars"},
        "maturity_activity": {"below_minimum_n"},
        "maturity_conversation": {"not_observed"},
        "maturity_digital_service": {"below_minimum_n"},
        "maturity_gini": {"too_few_territories"},
        "maturity_theil": {"too_few_territories"},
        "digital_service_gini": {"too_few_territories"},
    }
    assert missing(warehouse) == few | {
        "maturity_timeliness": {"too_recent"},
        "maturity_rank_band_width": {"too_few_pillars"},
    }
    accept(lake, 1)  # late
    accept(lake, 5, variant=1, only="territory_attributes")  # another attempt
    accept(lake, 40)  # another quarter's end, and requests that are due
    warehouse.build(with_tests=False)
    assert peers(warehouse) != found
    # the région has enough known by then, and a département: without company, or without attributes
    assert missing(warehouse) == few | {
        "maturity_timeliness": {"below_minimum_n"},
        "maturity_rank_band_width": {"attributes_unknown", "no_peers", "too_few_pillars"},
    }
    hold(lake, 5, "territory_attributes")
    hold(lake, 40, "insee_melodi")
    hold(lake, 1, "opendatasoft")
    warehouse.build(with_tests=False)
    accept(lake, 5, variant=2, only="territory_attributes")  # released, otherwise
    hold(lake, 2, "classified_accommodation")
    accept(lake, 6, only="mastodon")
    assert not warehouse.build(with_tests=False).is_full_refresh
    incremental = warehouse.fingerprints()
    assert warehouse.build(full_refresh=True).is_full_refresh
    whole = warehouse.fingerprints()
    assert {name: whole[name][0] for name in TABLES if not whole[name][0]} == {}
    assert {name for name in whole if whole[name] != incremental[name]} == set()
