"""The typing traps of publishers (apis.md 5): what is sent over HTTP, in their own form, and what bronze makes of it.

Local times of the October night, prices and spreadsheet cells are asked of in their publishers' own files.
"""

import datetime as dt
import gzip
import json
import re

import pytest
import requests

from comptoir.inventory.schema import load_inventory
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser

NIGHT = "2026-10-10"
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}


def utc(text):
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").astimezone(dt.UTC).replace(tzinfo=None)


def pseudonym(media_id):
    return Pseudonymiser(b"fixed test key").pseudonym("instagram.media", media_id)


# What the body shows, the column, and how the one becomes the other.
TRAPS = {
    "counters are strings": ("youtube", "posts", r'"viewCount": ?"(\d+)"', "views_count", int),
    "ids have eighteen digits": ("instagram", "posts", r'"id": ?"(\d{17,18})"', "post_id", pseudonym),
    "an offset has no colon": ("facebook", "posts", r'"created_time": ?"([^"]+\+0000)"', "created_at", utc),
    "stars are words": ("google_business", "reviews", r'"starRating": ?"(\w+)"', "stars", STARS.get),
    "units have a power": ("insee_melodi", "frequentation", r'"UNIT_MULT": ?"(\d)"', "unit_mult", int),
    "a place has a vintage": ("insee_melodi", "frequentation", r'"GEO": ?"\d{4}-[A-Z]+-(\w+)"', "geo_code", str),
    "a cell has a flag": ("eurostat", "nights", r"\t(\d+) [a-z]+", "obs_value", float),
    "a cell has no value": ("eurostat", "nights", r"\t: ([a-z]*)", "obs_value", lambda flag: None),
}

ALONE = {"stars are words", "units have a power"}  # no other body shows such a thing


@pytest.fixture
def bodies(monkeypatch):
    """The text of each answer that was received."""
    received = []
    send = requests.Session.send

    def recorded(session, request, **options):
        response = send(session, request, **options)
        body = response.content
        received.append((gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode())
        return response

    monkeypatch.setattr(requests.Session, "send", recorded)
    return received


@pytest.mark.parametrize("trap", TRAPS)
def test_what_a_publisher_writes_its_own_way_is_typed_and_exact(listener, bodies, trap):
    source, stream, written, column, meant = TRAPS[trap]
    result = listener.night(source, NIGHT)
    assert result["quarantined"] == 0, result["reasons"]
    sent = {meant(found) for body in bodies for found in re.findall(written, body)}
    kept = {row[column] for row in listener.bronze(source, stream, NIGHT)}
    assert sent, "the publisher no longer writes it so: nothing is proven"
    assert sent & kept, "nothing of what was sent came through"
    # other streams' bodies show ids, times and counters too, and other cells have neither flag nor gap
    assert kept == sent if trap in ALONE else kept <= sent | {None} or sent <= kept


def test_two_ids_that_a_float_cannot_tell_apart_are_two_as_numbers_too():
    projector = Projector(load_inventory().stream("instagram", "posts"), Pseudonymiser(b"fixed test key"))
    texts = ["116082248848428033", "116082248848428034"]
    assert float(texts[0]) == float(texts[1])
    as_sent = json.loads(f'[{{"id": {texts[0]}}}, {{"id": {texts[1]}}}]')
    assert [projector.project(row, {})["post_id"] for row in as_sent] == [pseudonym(text) for text in texts]
