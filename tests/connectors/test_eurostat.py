"""Eurostat's tables over real HTTP: months in one dimension or in two, years, filters, bulk or slices."""

import logging
from collections import defaultdict

import duckdb
import pytest
import requests

from comptoir.connectors.http import PublisherError
from comptoir.connectors.tourism.eurostat import cube_cells
from comptoir.connectors.tourism.options import named_codes
from comptoir.inventory.schema import load_inventory
from comptoir.lake import conform, landing
from comptoir.orchestration import steps

SOURCE, NIGHT, NEXT = "eurostat_extended", "2026-10-10", "2026-10-11"
STREAMS = ("arrivals", "capacity", "platform_nights")


@pytest.fixture
def rows(settings):
    """Rows of a landed night as bronze would hold them, without asking the gate."""

    def read(stream, night=NIGHT, source=SOURCE):
        contract = load_inventory().stream(source, stream)
        landed = landing.read_manifest(settings, source, stream, night, 1)
        assert landed.added_fields == landed.removed_fields == []
        with duckdb.connect() as connection:
            (staged,) = conform.stage(settings, contract, [landed], "Europe/Luxembourg", connection)
            assert staged.counts.quarantined == staged.counts.duplicate == 0
            cursor = connection.execute(f"select * from read_parquet('{staged.bronze}')")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return read


@pytest.fixture
def options(settings, monkeypatch):
    """Keep one stream of the source, with some of its options changed."""

    def change(stream, **changed):
        inventory = load_inventory()
        source = inventory.source(SOURCE)
        own = source.streams[stream]
        own = own.model_copy(update={"options": {**own.options, **changed}})
        source = source.model_copy(update={"streams": {stream: own}})
        altered = inventory.model_copy(update={"sources": {**inventory.sources, SOURCE: source}})
        monkeypatch.setattr(steps, "load_inventory", lambda: altered)

    return change


def cube(months, values):
    return {
        "id": ["month", "geo", "time"],
        "size": [len(months), 1, 2],
        "dimension": {
            "month": {"category": {"index": {code: at for at, code in enumerate(months)}}},
            "geo": {"category": {"index": {"FRH0": 0}}},
            "time": {"category": {"index": {"2025": 0, "2026": 1}}},
        },
        "value": values,
    }


def test_a_month_beside_its_year_becomes_the_period():
    cells = list(cube_cells(cube(["M01", "M12"], {"0": 5, "2": 7})))
    assert [(cell["time_period"], cell["obs_value"]) for cell in cells] == [
        ("2025-01", 5),
        ("2026-01", None),
        ("2025-12", 7),
        ("2026-12", None),
    ]
    assert all(set(cell) == {"geo", "time_period", "obs_value", "obs_flag"} for cell in cells)


def test_a_total_that_was_not_asked_for_is_no_month():
    assert [cell["time_period"] for cell in cube_cells(cube(["TOTAL"], {}))] == ["2025-TOTAL", "2026-TOTAL"]


def test_filters_name_codes_by_dimension():
    assert named_codes("unit=NR indic_to=NGT_SP indic_to=STY") == {"unit": ["NR"], "indic_to": ["NGT_SP", "STY"]}
    assert named_codes("") == {}


def test_a_night_of_every_table_is_accepted(listener, settings):
    result = listener.night(SOURCE, NIGHT)
    assert (result["verdict"], result["quarantined"]) == ("accepted", 0), result["reasons"]
    for stream in STREAMS:
        assert landing.read_manifest(settings, SOURCE, stream, NIGHT, 1).publisher_updated_at


def test_the_first_load_and_the_slices_after_it_say_the_same(settings, rows):
    steps.land(SOURCE, NIGHT)
    steps.land(SOURCE, NEXT)
    for stream in STREAMS:
        key = load_inventory().families["eurostat"].streams[stream].key
        first = {tuple(row[name] for name in key): row for row in rows(stream)}
        again = rows(stream, NEXT)
        assert len(first) > len(again) > 50
        for row in again:
            before = first[tuple(row[name] for name in key)]
            assert (row["obs_value"], row["obs_flag"]) == (before["obs_value"], before["obs_flag"])
    oldest = {stream: min(row["time_period"] for row in rows(stream, NEXT)) for stream in STREAMS}
    assert oldest == {"arrivals": "2024-10", "capacity": "2023", "platform_nights": "2024-01"}


def test_platform_months_are_asked_one_by_one_and_no_sum_comes(options, rows, caplog):
    options("platform_nights")
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    steps.land(SOURCE, NIGHT)
    (sent, _) = [text for text in caplog.messages if "/tour_ce_omn12?" in text]
    assert all(f"month=M{month:02d}" in sent for month in range(1, 13))
    assert "month=TOTAL" not in sent
    found = rows("platform_nights")
    assert {row["time_period"][5:] for row in found} == {f"{month:02d}" for month in range(1, 13)}
    assert {row["indic_to"] for row in found} == {"NGT_SP", "STY"}
    later = [row["obs_flag"] for row in found if row["obs_value"] is None]
    assert later and set(later) == {":"}, "months to come are cells without a value, not zeros"
    nights: dict = defaultdict(dict)
    for row in found:
        nights[row["geo"], row["time_period"], row["c_resid"]][row["indic_to"]] = row["obs_value"]
    known = {key: value for key, value in nights.items() if value["NGT_SP"] is not None}
    assert all(value["NGT_SP"] > value["STY"] > 0 for value in known.values())


def test_platform_months_come_by_quarters_and_are_revised_once(publishers, options, rows):
    options("platform_nights")
    shown = []
    for night in ("2026-06-30", "2026-08-05", "2026-11-10"):
        steps.land(SOURCE, night)
        picked = [
            row
            for row in rows("platform_nights", night)
            if (row["geo"], row["c_resid"], row["indic_to"], row["time_period"])
            == ("FRH0", "TOTAL", "NGT_SP", "2026-02")
        ]
        shown.append([(row["obs_value"], row["obs_flag"]) for row in picked])
    assert shown[0] == [], "a year appears with its first quarter"
    ((first, first_flag),), ((second, second_flag),) = shown[1:]
    assert (first_flag, second_flag) == ("p", None)
    assert first != second


def test_guests_arrive_less_often_than_they_sleep(options, rows):
    steps.land("eurostat", NIGHT)
    options("arrivals")
    steps.land(SOURCE, NIGHT)
    name = ("c_resid", "unit", "nace_r2", "geo", "time_period")
    arrivals = {tuple(row[part] for part in name): row for row in rows("arrivals")}
    compared = 0
    for row in rows("nights", source="eurostat"):
        there = arrivals[tuple(row[part] for part in name)]
        assert (row["obs_value"] is None) == (there["obs_value"] is None)
        if row["unit"] == "NR" and row["obs_value"]:
            assert there["obs_value"] < row["obs_value"]
            compared += 1
    assert compared > 10_000


def test_the_regions_capacity_is_the_sum_of_its_communes(publishers, options, rows):
    """Two publishers, one region: INSEE's communes in 2024 add up to Eurostat's FRH0 (whose camp sites are I553)."""
    options("capacity")
    steps.land(SOURCE, NIGHT)
    region = {
        (row["nace_r2"], row["accomunit"]): row["obs_value"]
        for row in rows("capacity")
        if (row["geo"], row["time_period"]) == ("FRH0", "2024")
    }
    url = f"{publishers.url}/{NIGHT}/insee_melodi/data/DS_TOUR_CAP"
    answer = requests.get(url, params={"GEO": "REG-53*COM", "TIME_PERIOD": "2024", "maxResult": 10_000}, timeout=30)
    communes: dict = defaultdict(float)
    for observation in answer.json()["observations"]:
        codes = observation["dimensions"]
        communes[codes["ACTIVITY"], codes["TOUR_MEASURE"]] += observation["measures"]["OBS_VALUE_NIVEAU"]["value"]
    assert communes["I551", "UNIT_LOC"] == region["I551", "ESTBL"] > 500
    assert communes["I551", "PLACE"] == region["I551", "BEDRM"]
    assert communes["I552", "UNIT_LOC"] == region["I553", "ESTBL"]
    assert communes["I553", "UNIT_LOC"] == region["I552", "ESTBL"]


def test_a_layout_that_does_not_exist_is_a_clear_error(options):
    options("capacity", time_layout="week")
    with pytest.raises(PublisherError, match="Check stream 'capacity' in the inventory: month, year, month_of_year"):
        steps.land(SOURCE, NIGHT)


def test_a_wrong_filter_or_table_is_a_clear_error(options):
    options("capacity", filters="accomunit=BED")
    with pytest.raises(PublisherError, match="HTTP 400"):
        steps.land(SOURCE, NIGHT)
    options("capacity", dataset="tour_cap_nuts9")
    with pytest.raises(PublisherError, match=r"HTTP 404.*data set"):
        steps.land(SOURCE, NIGHT)


def test_a_filtered_table_is_read_by_slices_the_first_time_too(options, rows):
    options("capacity", filters="accomunit=ESTBL nace_r2=I551")
    steps.land(SOURCE, NIGHT)
    found = rows("capacity")
    assert {(row["accomunit"], row["nace_r2"]) for row in found} == {("ESTBL", "I551")}
    assert {row["geo"] for row in found} == {"FR", "FRH0"}
