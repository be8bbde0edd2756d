"""What one observation of INSEE Melodi becomes; no network here."""

from zoneinfo import ZoneInfo

import pytest

from comptoir.connectors.base import Malformed
from comptoir.connectors.tourism.insee_melodi import instant, shape

PARIS = ZoneInfo("Europe/Paris")


def observation(geo="2026-COM-44166", measures=None, **parts):
    measures = {"OBS_VALUE_NIVEAU": {"value": 412.3}} if measures is None else measures
    return {"dimensions": {"GEO": geo, "TIME_PERIOD": "2026", "UNIT_MULT": "3"}, "measures": measures, **parts}


@pytest.mark.parametrize(
    ("geo", "parts"),
    [
        ("2026-COM-44166", ("2026", "COM", "44166")),
        ("2025-DEP-2A", ("2025", "DEP", "2A")),
        ("DEP-01", (None, "DEP", "01")),
        ("2026-EPCI-244400404", ("2026", "EPCI", "244400404")),
        ("2026-AAV2020-001", ("2026", "AAV2020", "001")),
    ],
)
def test_a_place_is_split_and_its_code_stays_text(geo, parts):
    record = shape(observation(geo))
    assert (record["geo_vintage"], record["geo_level"], record["geo_code"]) == parts
    assert "GEO" not in record


@pytest.mark.parametrize("name", ["OBS_VALUE_NIVEAU", "OBS_VALUE_INDICE_DE_PRIX"])
def test_the_only_measure_is_taken_whatever_its_name_and_the_power_is_kept(name):
    record = shape(observation(measures={name: {"value": 412.3}}))
    assert (record["obs_value"], record["UNIT_MULT"]) == (412.3, "3")


def test_a_missing_value_is_none_zero_is_zero_and_attributes_may_be_absent():
    secret = shape(observation(measures={"V": {}}, attributes={"OBS_STATUS": "M", "CONF_STATUS": "C"}))
    assert (secret["obs_value"], secret["OBS_STATUS"], secret["CONF_STATUS"]) == (None, "M", "C")
    assert shape(observation(measures={"V": {"value": 0}}))["obs_value"] == 0
    assert "OBS_STATUS" not in shape(observation())
    assert "obs_value" not in shape(observation(measures={})), "a measure that is gone is a field that is gone"


@pytest.mark.parametrize(
    "strange",
    ["text", None, [], {}, observation(geo="Nantes"), observation(geo=None), observation(measures=[1]),
     observation(measures={"A": {"value": 1}, "B": {"value": 2}})],
)  # fmt: skip
def test_what_cannot_be_understood_is_malformed_and_says_no_value(strange):
    record = shape(strange)
    assert isinstance(record, Malformed)
    assert "Nantes" not in record.error


def test_a_new_dimension_is_seen():
    record = shape(observation(nouveau=3) | {"attributes": {"DECIMALS": "2"}})
    assert (record["nouveau"], record["DECIMALS"]) == (3, "2")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-07-10T10:20:00", "2026-07-10T08:20:00+00:00"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00"),
        ("2026-01-10T10:20:00+00:00", "2026-01-10T10:20:00+00:00"),
        ("hier", None),
        (None, None),
        (20260710, None),
    ],
)
def test_a_time_without_zone_is_of_paris(text, told):
    assert instant(text, PARIS) == told
