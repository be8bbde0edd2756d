"""Open311 GeoReport v2, over real HTTP: both formats, windows, statuses that change late, requests without a number."""

import datetime as dt
import logging
import re

import duckdb
import pytest
from defusedxml.common import DefusedXmlException

from comptoir.config.file import load_config
from comptoir.connectors.base import Malformed, Request, night_start
from comptoir.connectors.gru import open311
from comptoir.connectors.http import PublisherClient, PublisherError
from comptoir.connectors.runner import base_url
from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.sandbox import open311 as server
from comptoir.sandbox.clock import PARIS, Clock

NIGHT = dt.date(2026, 10, 10)
DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(2025, 9, 1)
ABSENT = object()


@pytest.fixture
def city(publishers):
    return publishers.app.state.world.publishers["open311"].city


@pytest.fixture
def ask(settings):
    """Pages of a stream as its connector gives them; options replace the demonstration's."""

    def pages(night=NIGHT, floor=ABSENT, stream="requests", **options):
        inventory = load_inventory()
        source = inventory.source("open311")
        own = source.streams[stream]
        kept = {k: v for k, v in {**own.options, **options}.items() if v is not None}
        own = own.model_copy(update={"options": kept})
        address = base_url(settings, load_config(settings), inventory, "open311", night.isoformat())
        client = PublisherClient(source, address, settings, open311.DIALECT)
        since = night_start(night - 180 * DAY) if floor is ABSENT else floor
        contract = inventory.stream("open311", stream)
        return list(open311.fetch(Request(source, contract, own, night, since, load_config(settings), client, address)))

    return pages


@pytest.fixture
def rows(ask):
    def records(*args, **options):
        return [record for page in ask(*args, **options) for record in page.records]

    return records


def truth(city, night, first=FIRST_DAY):
    """What the city shows of a period when the night is asked."""
    now, last = Clock.of(night).now, night
    days = [first + DAY * at for at in range((last - first).days + 1)]
    return [taken for day in days for taken in city.taken_on(day) if taken.is_shown(now)]


def shown(records):
    return sorted(record.get("service_request_id") or record["token"] for record in records)


def test_a_night_lands_in_a_citys_own_words_and_without_a_name(publishers, listener, city):
    result = listener.night("open311", str(NIGHT))
    assert (result["verdict"], result["reasons"]) == ("accepted", [])
    requests = listener.bronze("open311", "requests", str(NIGHT))
    numbered = [taken for taken in truth(city, NIGHT) if taken.is_numbered(Clock.of(NIGHT).now)]
    assert len(requests) == len(numbered) > 150
    assert {row["municipality_code"] for row in requests} == {"29019"}
    assert {row["channel"] for row in requests} == {"app", "web"}
    assert {row["status"] for row in requests} == {"open", "closed"}
    assert {row["postcode"] for row in requests} == {"29200"}
    assert {row["service_code"] for row in requests} <= {str(code) for code in _codes(city)}
    assert all(re.fullmatch("[0-9a-f]{32}", row["request_id"]) for row in requests)
    assert all(row["description"] is row["status_notes"] is row["closed_at"] is None for row in requests)
    located = [row for row in requests if row["latitude"] is not None]
    assert 0 < len(located) < len(requests)
    assert all(row["latitude"] == round(row["latitude"], 3) for row in located)
    assert any(row["promised_at"] for row in requests)
    assert not all(row["promised_at"] for row in requests)
    services = listener.bronze("open311", "services", str(NIGHT))
    assert {row["service_code"] for row in services} == {str(code) for code in _codes(city)}
    assert {row["service_group"] for row in services} >= {"Cadre de vie", "Espace public"}


def _codes(city):
    return [service["service_code"] for service in city.services()]


def test_json_and_xml_say_the_same(rows):
    contract = load_inventory().stream("open311", "requests")

    def projected(form):
        projector = Projector(contract, Pseudonymiser(b"key"), {"municipality_code": "29019"})
        return [projector.project(record, {}) for record in rows(format=form)]

    assert projected("json") == projected("xml") != []
    names = [[record["service_name"] for record in rows(stream="services", format=form)] for form in ("json", "xml")]
    assert names[0] == names[1] != []


def test_the_first_load_goes_back_to_the_day_of_its_option(ask, city):
    pages = ask(floor=None)
    assert len(pages) == 5, "405 days by windows of 90"
    records = [record for page in pages for record in page.records]
    assert shown(records) == sorted(_shown_as(taken, NIGHT) for taken in truth(city, NIGHT))
    moments = [dt.datetime.fromisoformat(record["requested_datetime"]) for record in records]
    assert moments == sorted(moments, reverse=True), "newest first"


def _shown_as(taken, night):
    return str(taken.number) if taken.is_numbered(Clock.of(night).now) else f"{taken.number:x}"


@pytest.mark.parametrize("wrong", [None, "hier"])
def test_a_source_without_a_first_day_says_which_option_to_write(ask, wrong):
    with pytest.raises(PublisherError, match=r"option 'since' of open311.yml"):
        ask(floor=None, since=wrong)


def test_a_full_answer_is_asked_again_by_halves_and_nothing_is_lost(rows, monkeypatch):
    whole = rows()
    for module in (open311, server):
        monkeypatch.setattr(module, "MAX_ROWS", 7)
    halved = rows()
    assert len(halved) >= len(whole) > 50
    assert set(shown(halved)) == set(shown(whole))


def test_a_minute_that_holds_more_than_an_answer_is_a_clear_error(ask, monkeypatch):
    for module in (open311, server):
        monkeypatch.setattr(module, "MAX_ROWS", 1)
    with pytest.raises(PublisherError, match=r"requests for the single minute 2026-.*Check with the city"):
        ask()


@pytest.mark.parametrize(
    ("span", "first"),
    [
        (dt.timedelta(days=90), dt.timedelta(days=45)),
        (dt.timedelta(days=3), dt.timedelta(days=1)),
        (dt.timedelta(days=1, hours=5), dt.timedelta(hours=14)),
        (dt.timedelta(hours=1), dt.timedelta(minutes=30)),
        (dt.timedelta(minutes=3), dt.timedelta(minutes=1)),
        (dt.timedelta(minutes=1), None),
    ],
)
def test_windows_are_cut_at_days_then_hours_then_minutes(span, first):
    start = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    parts = open311.halves(start, start + span)
    assert parts == (((start + first, start + span), (start, start + first)) if first else ())


def test_a_status_that_changes_after_90_days_is_seen(rows, city):
    closings = (
        (taken, at)
        for at_day in range(200)
        for taken in city.taken_on(dt.date(2026, 1, 5) + DAY * at_day)
        for at, status in taken.case.events[-1:]
        if status == "closed" and 95 * DAY < at - taken.case.opened_at < 170 * DAY and taken.gone_at is None
    )
    taken, closed_at = next(closings)
    day = closed_at.astimezone(PARIS).date()
    before, after = (
        next(r for r in rows(night) if r.get("service_request_id") == str(taken.number))
        for night in (day - 2 * DAY, day)
    )
    assert (before["status"], after["status"]) == ("open", "closed")
    assert after["updated_datetime"] > before["updated_datetime"]


def test_an_update_after_the_closing_is_no_closing(city):
    now = Clock.of(NIGHT).now
    touched = [
        taken
        for taken in truth(city, NIGHT)
        if taken.case.status(now) == "closed" and taken.updated_at(now) != taken.case.changed_at(now)
    ]
    assert touched, "or updated_datetime could stand for the closing"


def test_a_request_without_a_number_waits_in_quarantine_until_it_has_one(publishers, listener, city, settings):
    waiting = next(
        taken
        for at in range(400)
        for taken in city.taken_on(FIRST_DAY + DAY * at)
        if taken.lot % 50 == 7 and taken.gone_at is None
    )
    night = waiting.case.opened_at.astimezone(PARIS).date()
    listener.night("open311", str(night))
    quarantined = steps.get_settings().lake_dir / "quarantine" / "open311" / "requests" / f"night={night}.parquet"
    rules = duckdb.sql(f"select rules, record from '{quarantined}'").fetchall()
    assert [rule for rule, _ in rules] == [["missing:request_id"]]
    assert f"{waiting.number:x}" not in rules[0][1], "the token is an identity too"
    later = night + 3 * DAY
    listener.night("open311", str(later))
    pseudonyms = {row["request_id"] for row in listener.bronze("open311", "requests", str(later))}
    assert len(pseudonyms) == len(truth(city, later))


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("served", [0, 1])
def test_an_empty_answer_and_one_of_a_single_request(rows, city, monkeypatch, form, served):
    one = truth(city, NIGHT)[-1].as_record(Clock.of(NIGHT).now)
    monkeypatch.setattr(city, "requests", lambda clock, asked: iter([one] * served))
    assert len(rows(floor=night_start(NIGHT), format=form)) == served


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_wrong_key_and_an_unknown_jurisdiction_name_their_cure(ask, monkeypatch, form):
    with pytest.raises(PublisherError, match="jurisdiction_id"):
        ask(format=form, jurisdiction_id="ailleurs.example")
    monkeypatch.setenv("COMPTOIR_TOKEN_OPEN311", "wrong-key")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_OPEN311") as failure:
        ask(format=form)
    assert "wrong-key" not in str(failure.value)


def test_the_key_is_in_no_log(ask, caplog):
    caplog.set_level(logging.DEBUG)
    ask()
    assert "canary-secret" not in caplog.text


@pytest.mark.parametrize("fault", ["truncate", "html-error", "error-in-200"])
def test_what_is_not_georeports_xml_is_a_clear_error(publishers, ask, fault):
    publishers.faults(fault)
    with pytest.raises(PublisherError, match="again"):
        ask(format="xml")


def test_a_list_of_errors_is_no_list_of_requests(ask, city, monkeypatch):
    monkeypatch.setattr(city, "requests", lambda clock, asked: iter([{"code": 404, "description": "x"}]))
    with pytest.raises(PublisherError, match="error inside"):
        ask()


def test_xml_with_entities_is_not_read():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><services><service><service_name>&a;</service_name></service></services>'
    with pytest.raises(DefusedXmlException):
        open311.xml_records(bomb)
    with pytest.raises(ValueError, match="root"):
        open311.xml_records(b"<html><body/></html>")


def test_xml_with_a_namespace_and_blanks_is_read():
    body = b'<services xmlns="urn:x"><service>\n <service_code> 006 </service_code><group/></service></services>'
    assert open311.xml_records(body) == [{"service_code": "006", "group": None}]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"service_code": 6}, "6"),
        ({"service_code": "006"}, "006"),
        ({"zipcode": 1000}, "01000"),
        ({"zipcode": "35000"}, "35000"),
        ({"zipcode": ""}, None),
        ({"lat": "48.39000000000001"}, 48.39000000000001),
        ({"lat": " -4.5 "}, -4.5),
        ({"lat": ""}, None),
        ({"lat": None}, None),
        ({"lat": "48.39 environ"}, "48.39 environ"),
        ({"lat": "nan"}, "nan"),
        ({"agency_responsible": ""}, None),
    ],
)
def test_numbers_texts_and_nothings_come_in_every_dress(given, kept):
    ((name, value),) = open311.shape(given).items()
    assert name in given
    assert value == kept
    assert isinstance(value, type(kept))


def test_what_is_no_object_is_malformed():
    assert isinstance(open311.shape("un texte"), Malformed)
