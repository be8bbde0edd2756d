"""What the simulated web sites, survey, exchange and registers answer: repeatable, and true to the same citizens."""

from __future__ import annotations

import csv
import datetime as dt
import io
from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from starlette.datastructures import QueryParams

from comptoir.sandbox.answers import Answer, Ask
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.seeded.telephone import COLUMNS
from comptoir.sandbox.seeded.world import SeededWorld

SCALE = 0.3
CLOCK = Clock.of(dt.date(2026, 10, 10))


@pytest.fixture(scope="module")
def small() -> SeededWorld:
    return SeededWorld(7, scale=SCALE)


def _ask(world: SeededWorld, source: str, path: str, clock: Clock, body: bytes = b"") -> Answer:
    ask = Ask(path, QueryParams(), clock, f"http://sandbox{path}", method="POST" if body else "GET", body=body)
    return world.publishers[source].answer(ask)


def _file(world: SeededWorld, source: str, at: int, clock: Clock = CLOCK) -> bytes:
    name = _ask(world, source, "/index.json", clock).payload[at]["name"]
    return b"".join(_ask(world, source, f"/files/{name}", clock).chunks or [])


def _call(world: SeededWorld, method: str, *params: Any, clock: Clock = CLOCK) -> Any:
    body = msgspec.json.encode({"method": method, "params": params, "id": 1})
    return _ask(world, "limesurvey", "/index.php/admin/remotecontrol", clock, body).payload["result"]


def _export(world: SeededWorld) -> bytes:
    session = _call(world, "get_session_key", "comptoir", "")
    return b64decode(_call(world, "export_responses", session, "482913", "json", "fr", "all", "code", "short"))


def _visits(world: SeededWorld) -> bytes:
    asked = {"module": "API", "method": "VisitsSummary.get", "idSite": "1", "period": "day", "format": "JSON",
             "date": "2026-10-01,2026-10-10"}  # fmt: skip
    return msgspec.json.encode(_ask(world, "matomo", "/index.php", CLOCK, urlencode(asked).encode()).payload)


WHAT = {
    "web": _visits,
    "survey": _export,
    "calls": lambda world: _file(world, "asterisk_cdr", -1),
    "counter": lambda world: _file(world, "guichet_rennes", -1),
    "mail": lambda world: _file(world, "courrier_vannes", -1),
}


@pytest.mark.parametrize("what", WHAT)
def test_same_seed_and_night_give_the_same_bytes_whatever_was_asked_before(what, small):
    other = SeededWorld(7, scale=SCALE)
    for source in ("asterisk_cdr", "guichet_rennes", "courrier_vannes"):
        _ask(other, source, "/index.json", Clock.of(dt.date(2026, 3, 1)))
    assert WHAT[what](small) == WHAT[what](other)
    assert WHAT[what](small) != WHAT[what](SeededWorld(8, scale=SCALE))


def test_every_case_by_phone_is_a_call_and_an_answered_one_has_its_agent(small):
    day = dt.date(2026, 10, 7)
    cases = [case for case in small.citizens.cases_on(day) if case.channel == "phone"]
    names = [entry["name"] for entry in _ask(small, "asterisk_cdr", "/index.json", CLOCK).payload]
    content = _file(small, "asterisk_cdr", names.index("Master-20261007.csv")).decode()
    legs = [dict(zip(COLUMNS, row, strict=True)) for row in csv.reader(io.StringIO(content))]
    queued = [leg for leg in legs if leg["lastapp"] == "Queue"]
    assert len(queued) == len(cases) > 3
    answered = {leg["linkedid"] for leg in queued if leg["disposition"] == "ANSWERED"}
    assert len(answered) == sum(case.is_answered_call for case in cases)
    taken = {leg["linkedid"] for leg in legs if leg["lastapp"] == "AppQueue" and leg["disposition"] == "ANSWERED"}
    assert taken == answered
    assert all(int(leg["billsec"]) <= int(leg["duration"]) for leg in legs)
    assert all((leg["answer"] == "") == (leg["billsec"] == "0") for leg in legs)


def test_registers_hold_every_case_of_their_channels(small):
    text = _file(small, "guichet_rennes", -1).decode("cp1252")
    days = (dt.date(2026, 10, 1) + dt.timedelta(days=at) for at in range(10))
    cases = [case for day in days for case in small.citizens.cases_on(day) if case.channel == "counter"]
    assert cases
    assert all(f"GU-{case.id};" in text for case in cases)


def test_a_survey_answer_names_the_request_that_it_is_about(small):
    answers = msgspec.json.decode(_export(small))["responses"]
    by_channel = {answer["G01Q03"]: answer["G01Q01"] for answer in answers}
    assert by_channel["GUI"].startswith("GU-")
    assert by_channel["COU"].startswith("CO-")
