"""INSEE Melodi over real HTTP: pages, the year of the map, powers of ten, secrets, late and restated months."""

import datetime as dt
import logging
from collections import Counter
from zoneinfo import ZoneInfo

import duckdb
import pytest
import requests

from comptoir.connectors.http import PublisherError
from comptoir.connectors.tourism import insee_melodi
from comptoir.inventory.schema import load_inventory
from comptoir.lake import conform, landing
from comptoir.orchestration import steps
from comptoir.sandbox.answers import Answer

SOURCE, NIGHT, NEXT = "insee_melodi", "2026-10-10", "2026-10-11"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def options(settings, monkeypatch):
    """Change the options of a stream for a test; the other streams of the source are left out."""

    def change(stream, **changed):
        inventory = load_inventory()
        source = inventory.source(SOURCE)
        own = source.streams[stream]
        own = own.model_copy(update={"options": {**own.options, **changed}})
        source = source.model_copy(update={"streams": {stream: own}})
        altered = inventory.model_copy(update={"sources": {**inventory.sources, SOURCE: source}})
        monkeypatch.setattr(steps, "load_inventory", lambda: altered)

    return change


@pytest.fixture
def conformed(settings):
    """Rows of a landed night as bronze would hold them, without asking the gate."""

    def rows(stream, night=NIGHT):
        contract, landed = load_inventory().stream(SOURCE, stream), manifest(settings, stream, night)
        with duckdb.connect() as connection:
            (staged,) = conform.stage(settings, contract, [landed], "Europe/Paris", connection)
            cursor = connection.execute(f"select * from read_parquet('{staged.bronze}')")
            names = [column[0] for column in cursor.description]
            return staged.counts, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return rows


def manifest(settings, stream, night=NIGHT):
    return landing.read_manifest(settings, SOURCE, stream, night, 1)


def asked(publishers, path, night=NIGHT, **params):
    answer = requests.get(f"{publishers.url}/{night}/{SOURCE}{path}", params=params, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_night_lands_whole_and_says_how_far_it_goes(publishers, settings, listener, conformed):
    result = listener.night(SOURCE, NIGHT)
    assert (result["verdict"], result["quarantined"]) == ("accepted", 0), result["reasons"]
    for stream in ("frequentation", "capacity", "housing"):
        whole = manifest(settings, stream)
        assert whole.announced == whole.received > 1000
        assert whole.added_fields == whole.removed_fields == []
    stays = listener.bronze(SOURCE, "frequentation", NIGHT)
    modified = asked(publishers, "/catalog/DS_TOUR_FREQ")["modified"]
    local = dt.datetime.fromisoformat(modified).replace(tzinfo=PARIS)
    assert {row["updated_at"] for row in stays} == {local.astimezone(dt.UTC).replace(tzinfo=None)}
    assert Counter(row["geo_level"] for row in stays).keys() == {"REG", "DEP"}
    assert {row["freq"] for row in stays if len(row["time_period"]) == 4} == {"A"}
    secret = [row for row in stays if row["obs_value"] is None]
    assert secret
    assert {(row["obs_status"], row["conf_status"]) for row in secret} == {("M", "C")}
    assert {row["unit_mult"] for row in stays} == {0, 3}
    assert any(row["obs_status"] is None for row in stays)
    steps.land(SOURCE, NEXT)
    _, again = conformed("frequentation", NEXT)
    assert min(row["time_period"] for row in again) == "2024"
    assert len(again) < len(stays)


def test_second_homes_are_the_codes_that_the_source_names(options, conformed):
    options("housing")
    steps.land(SOURCE, NIGHT)
    _, rows = conformed("housing")
    assert {(row["measure"], row["occupation"]) for row in rows} == {
        ("DWELLINGS", "_T"),
        ("DWELLINGS", "DW_SEC_DW_OCC"),
    }
    value = {(row["geo_code"], row["occupation"]): row["obs_value"] for row in rows if row["time_period"] == "2023"}
    assert 0 < value["35288", "DW_SEC_DW_OCC"] < value["35288", "_T"]
    assert {row["unit_mult"] for row in rows} == {None}


def test_pages_follow_each_other_to_the_last(publishers, settings, options, monkeypatch, caplog):
    options("capacity")
    monkeypatch.setattr(insee_melodi, "ROWS_PER_PAGE", 2500)
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    received = steps.land(SOURCE, NIGHT)["received"]["capacity"]
    landed = manifest(settings, "capacity")
    assert (landed.announced, landed.pages) == (received, -(-received // 2500))
    sent = [text for text in caplog.messages if "/data/DS_TOUR_CAP?" in text]
    assert len(sent) == landed.pages
    assert all("GEO=REG-53%2ACOM" in text for text in sent), "a star is sent encoded, on every page"
    assert asked(publishers, "/data/DS_TOUR_CAP", maxResult=100_000)["paging"].keys() == {"first"}


def test_a_row_repeated_on_the_next_page_is_a_duplicate(publishers, options, conformed, monkeypatch, settings):
    options("capacity", geo="DEP-35*COM")
    monkeypatch.setattr(insee_melodi, "ROWS_PER_PAGE", 500)
    publishers.faults("duplicate-page")
    steps.land(SOURCE, NIGHT)
    landed = manifest(settings, "capacity")
    counts, _ = conformed("capacity")
    assert counts.duplicate == landed.pages - 1 > 0
    assert landed.announced == counts.kept == counts.received - counts.duplicate


def test_an_empty_answer_is_no_error_and_one_row_is_one(settings, options, conformed):
    options("capacity", geo="COM-75056")
    assert steps.land(SOURCE, NIGHT)["received"] == {"capacity": 0}
    assert manifest(settings, "capacity").announced == 0
    options("capacity", geo="COM-35288", filters="TIME_PERIOD=2026 ACTIVITY=I551 TOUR_MEASURE=PLACE")
    assert steps.land(SOURCE, NEXT)["received"] == {"capacity": 1}
    _, (row,) = conformed("capacity", NEXT)
    assert row["obs_value"] > 100
    assert row["geo_code"] == "35288"


def test_a_data_set_that_does_not_exist_is_said_at_once(options, caplog):
    options("capacity", dataset="DS_TOUR_CAPP")
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    with pytest.raises(PublisherError, match=r"does not have\. Check the stream's dataset in the inventory"):
        steps.land(SOURCE, NIGHT)
    assert len([text for text in caplog.messages if "DS_TOUR_CAPP" in text]) == 1, "an HTTP 500 of this kind is final"


def test_a_dimension_that_does_not_exist_is_an_error(options):
    options("capacity", filters="COULEUR=ROUGE")
    with pytest.raises(PublisherError, match="HTTP 400"):
        steps.land(SOURCE, NIGHT)


def test_a_page_without_observations_is_an_error(options, monkeypatch, publishers):
    options("capacity")
    monkeypatch.setattr(
        type(publishers.app.state.world.publishers[SOURCE]),
        "answer",
        lambda _self, ask: Answer({"modified": "2026-01-01"} if "catalog" in ask.path else {"paging": {}}),
    )
    with pytest.raises(PublisherError, match="without observations"):
        steps.land(SOURCE, NIGHT)


def test_anyone_may_read_and_a_bad_token_is_refused(options, monkeypatch):
    options("capacity", geo="COM-35288")
    monkeypatch.setenv("COMPTOIR_TOKEN_INSEE_MELODI", "wrong")
    with pytest.raises(PublisherError, match=r"HTTP 401.*COMPTOIR_TOKEN_INSEE_MELODI"):
        steps.land(SOURCE, NIGHT)
    monkeypatch.delenv("COMPTOIR_TOKEN_INSEE_MELODI")
    monkeypatch.delenv("COMPTOIR_SANDBOX_TOKEN")
    assert steps.land(SOURCE, NIGHT)["received"]["capacity"] > 0


def test_the_gateways_throttle_is_waited_for(publishers, options):
    options("capacity", geo="COM-35288")
    publishers.faults("throttle")
    assert steps.land(SOURCE, NIGHT)["received"]["capacity"] > 0


def test_the_map_of_a_new_year_changes_no_key(options, conformed):
    options("frequentation")
    steps.land(SOURCE, "2025-12-30")
    steps.land(SOURCE, "2025-12-31")
    key = load_inventory().families[SOURCE].streams["frequentation"].key
    before, after = (conformed("frequentation", night)[1] for night in ("2025-12-30", "2025-12-31"))
    assert {row["geo_vintage"] for row in before} == {"2025"}
    assert {row["geo_vintage"] for row in after} == {"2026"}
    known = {tuple(row[name] for name in key) for row in before}
    assert {tuple(row[name] for name in key) for row in after} <= known


def test_a_month_comes_late_is_provisional_then_settles(publishers):
    """Nights of hotels in the region, May 2026: about M+2, restated twice, then final; as Eurostat has them later."""
    shown = []
    for month, day in ((6, 10), (8, 1), (8, 31), (9, 30), (10, 31)):
        found = asked(
            publishers,
            "/data/DS_TOUR_FREQ",
            f"2026-{month:02d}-{day:02d}",
            GEO="2026-REG-53",
            TIME_PERIOD="2026-05",
            ACTIVITY="I551",
            TOUR_MEASURE="NUI",
            TOUR_RESID="_T",
        )["observations"]
        shown.append([(row["measures"]["OBS_VALUE_NIVEAU"]["value"], row["attributes"]["OBS_STATUS"]) for row in found])
    assert shown[0] == []
    assert [found[0][1] for found in shown[1:]] == ["P", "P", "A", "A"]
    values = [found[0][0] for found in shown[1:]]
    assert values[0] != values[1] != values[2] == values[3]
    cube = requests.get(
        f"{publishers.url}/2026-11-20/eurostat/api/dissemination/statistics/1.0/data/tour_occ_nim",
        params={"geo": "FRH0", "unit": "NR", "c_resid": "TOTAL", "nace_r2": "I551", "time": "2026-05"},
        timeout=30,
    ).json()
    assert round(cube["value"]["0"] / 1000, 2) == values[-1]


def test_departements_add_up_to_the_region(publishers):
    rows = asked(
        publishers, "/data/DS_TOUR_FREQ", GEO=["REG", "REG-53*DEP"], TOUR_MEASURE="NUI", TOUR_RESID="_T", maxResult=9999
    )["observations"]
    sums: Counter = Counter()
    for row in rows:
        sign = -1 if "REG" in row["dimensions"]["GEO"] else 1
        value = row["measures"]["OBS_VALUE_NIVEAU"]["value"]
        sums[row["dimensions"]["ACTIVITY"], row["dimensions"]["TIME_PERIOD"]] += sign * value
    assert len(sums) > 90
    assert all(abs(rest) < 0.05 for rest in sums.values())
