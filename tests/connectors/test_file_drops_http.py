"""Drops over HTTP, and the simulated offices' own: listed, fetched whole, and loaded once."""

import dataclasses
import datetime as dt
import hashlib
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from tests.conftest import TOKEN

from comptoir.config.file import load_config
from comptoir.connectors.base import KnownFiles, Request
from comptoir.connectors.files import drop
from comptoir.connectors.http import PublisherClient, PublisherError
from comptoir.inventory.schema import load_inventory
from comptoir.lake import landing, verdicts
from comptoir.orchestration import steps
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.drops import DroppedFile, FileDrop, Layout
from comptoir.sandbox.running import running

NIGHT, NEXT = "2026-10-09", "2026-10-10"
HEADER = "ID site;Nom du site;Code INSEE;Commune;Mois;Entrées payantes;Entrées gratuites;Total entrées;Observations\r\n"


def _line(site="S1", month="août 2026", total="1 200"):
    return f"{site};Musée de la mer;29019;Brest;{month};1 000;200;{total};\r\n"


def _manifest(settings, source, stream, night, attempt=1):
    return landing.read_manifest(settings, source, stream, night, attempt)


class _OneDrop:
    kind = "attendance"
    first_night = dt.date(2026, 1, 1)

    def __init__(self, *files):
        self._files = files

    def files(self, clock):
        return [file for file in self._files if file.modified_at <= clock.now]


@pytest.fixture
def served(publishers):
    """Puts other files behind the simulated drop."""
    before = publishers.app.state.world.publishers["attendance"]

    def serve(*files):
        publishers.app.state.world.publishers["attendance"] = FileDrop(_OneDrop(*files), token=TOKEN)

    yield serve
    publishers.app.state.world.publishers["attendance"] = before


def _sent(name, at, *totals, sites=None):
    columns = HEADER.strip().split(";")
    rows = [
        dict(zip(columns, _line(f"S{i}", total=total).strip("\r\n").split(";"), strict=True))
        for i, total in enumerate(totals)
    ]
    return DroppedFile(name, at, dt.datetime.fromisoformat(at + "T08:00+00:00"), Layout(), partial(list, rows))


def test_a_drop_over_http_empty_then_one_row_then_a_name_to_quote(served, settings, listener):
    served()
    assert listener.night("attendance", "2026-10-01")["kept"] == 0
    served(_sent("frequentation_sites_été n°1 & 2.csv", "2026-10-02", "5"))
    assert listener.night("attendance", "2026-10-02")["kept"] == 1
    assert listener.night("attendance", "2026-10-03")["kept"] == 0
    assert _manifest(settings, "attendance", "visits", "2026-10-02").files[0].rows == 1


def test_a_file_shorter_than_its_index_says_is_refused(served, settings, monkeypatch):
    file = _sent("frequentation_sites_x.csv", "2026-10-02", "5", "6")
    served(file)
    whole = FileDrop._bytes
    monkeypatch.setattr(
        FileDrop, "_bytes", lambda self, file, ask: whole(self, file, ask)[: None if ask.path == "/index.json" else -20]
    )
    with pytest.raises(PublisherError, match="is being written"):
        steps.land("attendance", NIGHT)


def test_a_wrong_token_is_told(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_TOKEN_ATTENDANCE", "wrong")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_ATTENDANCE"):
        steps.land("attendance", NIGHT)


@pytest.mark.parametrize(
    ("source", "stream"),
    [
        ("attendance", "visits"),
        ("classified_accommodation", "establishments"),
        ("tourist_tax", "stays"),
        ("mobile_flows", "presence"),
        ("office_visits", "requests"),
        ("territory_attributes", "attributes"),
    ],
)
def test_the_offices_files_load_without_a_quarantined_row_and_the_correction_comes(listener, settings, source, stream):
    first = listener.night(source, NIGHT)
    assert (first["verdict"], first["quarantined"]) == ("accepted", 0)
    assert _manifest(settings, source, stream, NIGHT).added_fields == []
    names = [file.name for file in _manifest(settings, source, stream, NIGHT).files]
    assert not any(name.startswith("Copie") for name in names), "the copy is the same file"
    second = listener.night(source, NEXT)
    assert (second["verdict"], second["quarantined"]) == ("accepted", 0)
    again = [file.name for file in _manifest(settings, source, stream, NEXT).files]
    assert len(again) == {"classified_accommodation": 1, "territory_attributes": 0}.get(source, 2)
    assert listener.night(source, "2026-10-11")["kept"] == 0
    rows = listener.bronze(source, stream, NIGHT)
    assert not [row["commune_name"] for row in rows if "[" in (row.get("commune_name") or "")]
    if source == "classified_accommodation":
        assert any("JACQUES CARTIER" in row["trade_name"] for row in rows), "a house keeps its sign"
    if source == "attendance":
        assert any("Musée Anne de Bretagne" in row["site_name"] for row in rows)
        late = [row for row in listener.bronze(source, stream, NIGHT) if row["period"] == "2026-08"]
        corrected = [row for row in listener.bronze(source, stream, NEXT) if row["period"] == "2026-08"]
        assert any(row["total_entries"] is None for row in late)
        assert all(row["total_entries"] is not None for row in corrected)


@pytest.fixture
def asked(monkeypatch):
    """Paths that the drop is asked for."""
    asked = []
    answer = FileDrop.answer
    monkeypatch.setattr(FileDrop, "answer", lambda self, ask: (asked.append(ask.path), answer(self, ask))[1])
    return asked


def test_a_file_listed_as_it_was_is_not_asked_for_again_and_a_changed_one_is(served, settings, listener, asked):
    name, copy = "frequentation_sites_x.csv", "frequentation_sites_de Mme Canarizh.csv"
    served(_sent(name, "2026-10-02", "5"), _sent(copy, "2026-10-03", "5"))
    assert listener.night("attendance", "2026-10-05")["kept"] == 1
    assert asked == ["/index.json", f"/files/{name}", f"/files/{copy}"]
    listings = _manifest(settings, "attendance", "visits", "2026-10-05").listings
    assert len(listings) == 2, "the copy was read too, to know that it is one"
    assert all(len(listing) == 64 for listing in listings)
    asked.clear()
    assert listener.night("attendance", "2026-10-06")["kept"] == 0
    assert asked == ["/index.json"]
    # Another figure of the same length under the same name.
    served(_sent(name, "2026-10-06", "6"), _sent(copy, "2026-10-03", "5"))
    asked.clear()
    assert listener.night("attendance", "2026-10-07")["kept"] == 1
    assert asked == ["/index.json", f"/files/{name}"]


def test_a_held_nights_files_come_again(served, settings, listener, asked):
    served(_sent("frequentation_sites_x.csv", "2026-10-02", "5"))
    assert listener.night("attendance", "2026-10-05")["kept"] == 1
    verdicts.decide(settings, "attendance", "2026-10-05", "hold", "suspect", "a test")
    asked.clear()
    assert listener.night("attendance", "2026-10-06")["kept"] == 1
    assert asked == ["/index.json", "/files/frequentation_sites_x.csv"]


class _Known(dict):
    """Listings met by a night before, all of whose files were loaded."""

    listed = property(lambda self: self)

    def __contains__(self, sha256):
        return sha256 in self.values()


@pytest.mark.parametrize(("heads", "read"), [({"Last-Modified": "Fri, 02 Oct 2026 08:00:00 GMT"}, 1), ({}, 2)])
def test_the_body_of_a_stable_address_is_left_unread_when_its_head_says_it_is_known(settings, monkeypatch, heads, read):
    body = (HEADER + _line()).encode("cp1252")
    bodies = []
    chunks = PublisherClient.chunks
    monkeypatch.setattr(
        PublisherClient, "chunks", lambda self, response: (bodies.append(response.url), chunks(self, response))[1]
    )
    source, stream = load_inventory().source("attendance"), load_inventory().stream("attendance", "visits")
    own = source.streams["visits"].model_copy(update={"options": {"files": "export.csv"}})
    met = _Known()
    with running(Starlette(routes=[Route("/export.csv", lambda _: Response(body, headers=heads))])) as url:
        for received in (1, 0):
            client, known = PublisherClient(source, url, settings, drop.DIALECT), KnownFiles(met, bytes.decode)
            asked = Request(source, stream, own, dt.date(2026, 10, 5), None, load_config(), client, url, known)
            assert sum(len(page.records) for page in drop.fetch(asked)) == received
            met.update(known.listings or {"unlisted": hashlib.sha256(body).hexdigest()})
    assert len(bodies) == read


def test_a_workbook_with_merged_headers_says_what_the_csv_would_have_said(publishers, served, listener, settings):
    """The office of the sites sends workbooks: a title and a group of columns are cells merged across."""
    drop = publishers.app.state.world.publishers["attendance"].drop
    sent = next(file for file in reversed(drop.files(Clock.of(dt.date(2026, 10, 9)))) if file.name.endswith(".xlsx"))
    read, files = [], []
    for night, layout in (("2026-10-01", sent.layout), ("2026-10-02", Layout())):
        served(dataclasses.replace(sent, layout=layout, modified_at=dt.datetime(2026, 9, 30, tzinfo=dt.UTC)))
        assert listener.night("attendance", night)["verdict"] == "accepted"
        rows = listener.bronze("attendance", "visits", night)
        read.append([{k: v for k, v in row.items() if k not in ("file_row", "_night")} for row in rows])
        files += _manifest(settings, "attendance", "visits", night).files
    assert read[0] == read[1]
    assert all(row["total_entries"] > 0 for row in read[0])
    assert files[0].read_as.startswith("spreadsheet, sheet 1 of 1, header on lines 3 to 4")
    assert files[1].read_as.startswith("text")
