"""Dumps of short lets: found on the site's page, streamed, loaded once; messy files, and a real one whole."""

import csv
import dataclasses
import datetime as dt
import gzip
import io
import tracemalloc
from collections import Counter
from types import SimpleNamespace

import pytest

from comptoir.connectors.base import Malformed
from comptoir.connectors.http import PublisherError
from comptoir.connectors.tourism.inside_airbnb import NAMED_BY, numbered, price_amount, records, shape
from comptoir.inventory import schema
from comptoir.inventory.schema import load_inventory
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.inside_airbnb import Dump

from ..canaries import texts_of

SOURCE = "inside_airbnb"
NIGHT = "2026-10-10"
HEADER = "id,name,host_id,price,latitude\n"


def _manifest(settings, stream="listings", night=NIGHT, attempt=1):
    return landing.read_manifest(settings, SOURCE, stream, night, attempt)


def _read(body, chunk=64, stream="listings"):
    """Records of a file given as bytes or as an iterable of pieces."""
    pieces = [body[at : at + chunk] for at in range(0, len(body), chunk)] if isinstance(body, bytes) else body

    def error(url, problem, cure):
        return PublisherError(f"{problem}. {cure}")

    request = SimpleNamespace(client=SimpleNamespace(chunks=lambda _: iter(pieces), error=error))
    response = SimpleNamespace(url=f"http://site.example/{stream}.csv")
    read = records(request, response, names=NAMED_BY[stream])
    for record, _ in numbered(request, response, read) if stream == "reviews" else read:
        yield record


@dataclasses.dataclass
class OneDump:
    """A scraper with one dump of the given rows."""

    rows: list
    first_night: dt.date = dt.date(2025, 9, 1)
    area: str = "france/bretagne/bretagne"

    def dumps(self, clock):
        return [Dump(self.area, dt.date(2026, 9, 1), clock.now)]

    def listings(self, dump):
        return self.rows

    def reviews(self, dump, *, whole):
        for row in self.rows:
            for _ in range(int(row["number_of_reviews"])):
                yield {"listing_id": row["id"], "date": row["last_review"]}


def _serve(publishers, monkeypatch, scraper):
    monkeypatch.setattr(publishers.app.state.world.publishers[SOURCE], "scraper", scraper)


@pytest.fixture
def one_row(publishers):
    scraper = publishers.app.state.world.publishers[SOURCE].scraper
    return next(scraper.listings(scraper.dumps(Clock.of(dt.date(2026, 10, 10)))[0]))


def test_every_listed_dump_is_loaded_the_first_night_and_none_again(publishers, settings, listener):
    assert listener.night(SOURCE, NIGHT)["verdict"] == "accepted"
    rows, dumps = listener.bronze(SOURCE, "listings", NIGHT), listener.bronze(SOURCE, "dumps", NIGHT)
    assert {row["dump_on"] for row in rows} == {row["dump_on"] for row in dumps}
    files = _manifest(settings).files
    assert sum(file.rows for file in files) == _manifest(settings).received == len(rows)
    assert [file.name.split("/")[-3] for file in files] == sorted(str(row["dump_on"]) for row in dumps)
    listener.night(SOURCE, "2026-10-11")
    assert (_manifest(settings, night="2026-10-11").received, _manifest(settings, night="2026-10-11").files) == (0, [])
    assert len(listener.bronze(SOURCE, "dumps", "2026-10-11")) == len(dumps)


def test_a_new_dump_is_loaded_alone_and_a_refetch_loads_what_its_night_had_loaded(publishers, settings, listener):
    scraper = publishers.app.state.world.publishers[SOURCE].scraper
    published = scraper.dumps(Clock.of(dt.date(2026, 10, 10)))[0].published_at.date()
    before, after = str(published - dt.timedelta(days=1)), str(published)
    listener.night(SOURCE, before)
    listener.night(SOURCE, after)
    assert len(_manifest(settings, night=after).files) == 1
    listener.night(SOURCE, after, refetch=True)
    first, second = (_manifest(settings, night=after, attempt=attempt) for attempt in (1, 2))
    assert (second.sha256, second.files) == (first.sha256, first.files)


def test_cells_are_typed_and_people_are_not_kept(publishers, settings, listener):
    listener.night(SOURCE, NIGHT)
    rows = listener.bronze(SOURCE, "listings", NIGHT)
    assert {len(row["listing_id"]) for row in rows} >= {8, 18}
    assert all(len(row["host_id"]) == 32 for row in rows)
    assert not {"name", "host_name", "license"} & rows[0].keys()
    prices = {}
    for row in rows:
        prices.setdefault(row["dump_on"], []).append(row["price"])
    assert any(price and price > 1000 for column in prices.values() for price in column)
    assert any(all(price is None for price in column) for column in prices.values()), "a dump without prices is NULL"
    assert {row["currency_code"] for row in rows} == {"EUR"}
    counted = {row["dump_on"] for row in rows if row["number_of_reviews_ltm"] is not None}
    assert 0 < len(counted) < len(prices), "a column that older dumps lack is NULL there"
    never = [row for row in rows if row["number_of_reviews"] == 0]
    assert never
    assert all(row["last_review_on"] is None and row["reviews_per_month"] is None for row in never)
    assert all(row["latitude"] == round(row["latitude"], 3) for row in rows)
    assert _manifest(settings).added_fields == ["estimated_occupancy_l365d: str"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_dump_of_none_or_one(publishers, settings, listener, monkeypatch, one_row, count):
    _serve(publishers, monkeypatch, OneDump([one_row] * count))
    if count:
        assert listener.night(SOURCE, NIGHT)["verdict"] == "accepted"
        assert len(listener.bronze(SOURCE, "listings", NIGHT)) == 1
    else:
        with pytest.raises(PublisherError, match="no table of listings"):
            steps.land(SOURCE, NIGHT)


def test_an_area_that_the_site_does_not_list_is_an_error(publishers, settings, monkeypatch, one_row):
    _serve(publishers, monkeypatch, OneDump([one_row], area="france/nouvelle-aquitaine/bordeaux"))
    with pytest.raises(PublisherError, match=r"links to no 'visualisations/listings\.csv' of 'france/bretagne"):
        steps.land(SOURCE, NIGHT)


def test_a_row_sent_twice_is_a_duplicate(publishers, listener):
    publishers.faults("duplicate-page")
    result = listener.night(SOURCE, NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]


def test_the_compressed_file_is_an_option_of_the_source(publishers, settings, listener, monkeypatch):
    inventory = load_inventory()
    source = inventory.sources[SOURCE]
    streams = {
        name: own.model_copy(
            update={"options": {**own.options, "file": own.options["file"].replace("visualisations", "data") + ".gz"}}
        )
        for name, own in source.streams.items()
    }
    changed = source.model_copy(update={"streams": streams})
    other = inventory.model_copy(update={"sources": {**inventory.sources, SOURCE: changed}})
    monkeypatch.setattr(steps, "load_inventory", lambda: other)
    assert schema.load_inventory() is inventory
    steps.land(SOURCE, NIGHT)
    assert _manifest(settings).received == sum(file.rows for file in _manifest(settings).files) > 2000


def test_each_review_of_a_dump_is_a_row_and_counts_as_the_listings_say(settings, listener):
    listener.night(SOURCE, NIGHT)
    reviews = listener.bronze(SOURCE, "reviews", NIGHT)
    listings = listener.bronze(SOURCE, "listings", NIGHT)
    counted = Counter((row["dump_on"], row["listing_id"]) for row in reviews)
    assert {key: counted[key] for key in ((row["dump_on"], row["listing_id"]) for row in listings)} == {
        (row["dump_on"], row["listing_id"]): row["number_of_reviews"] for row in listings
    }
    assert _manifest(settings, "reviews").received == len(reviews) == sum(counted.values())
    last = {}
    for row in reviews:
        key = row["dump_on"], row["listing_id"]
        last[key] = max(row["reviewed_on"], last.get(key, row["reviewed_on"]))
    assert last == {(r["dump_on"], r["listing_id"]): r["last_review_on"] for r in listings if r["number_of_reviews"]}
    assert any(row["review_number"] == 2 for row in reviews), "two reviews of a listing on one day are two"
    assert set(reviews[0]) == {"area", "dump_on", "listing_id", "reviewed_on", "review_number", "_source", "_night"}


def test_what_one_dump_told_of_the_past_the_next_one_tells_again(listener):
    listener.night(SOURCE, NIGHT)
    by_dump = {}
    for row in listener.bronze(SOURCE, "reviews", NIGHT):
        by_dump.setdefault(row["dump_on"], set()).add((row["listing_id"], row["reviewed_on"], row["review_number"]))
    first, *_, last = sorted(by_dump)
    still_there = {key[0] for key in by_dump[last]}
    assert {key for key in by_dump[first] if key[0] in still_there} <= by_dump[last]
    assert len(by_dump[last]) > len(by_dump[first])


def test_whoever_reviewed_is_not_kept_even_of_the_file_that_says_it(publishers, settings, monkeypatch):
    inventory = load_inventory()
    source = inventory.sources[SOURCE]
    own = source.streams["reviews"]
    whole = own.model_copy(update={"options": {**own.options, "file": "data/reviews.csv.gz"}})
    changed = source.model_copy(update={"streams": {**source.streams, "reviews": whole}})
    monkeypatch.setattr(
        steps,
        "load_inventory",
        lambda: inventory.model_copy(update={"sources": {**inventory.sources, SOURCE: changed}}),
    )
    scraper = publishers.app.state.world.publishers[SOURCE].scraper
    dump = scraper.dumps(Clock.of(dt.date(2026, 10, 10)))[0]
    told = [row for row, _ in zip(scraper.reviews(dump, whole=True), range(50), strict=False)]
    monkeypatch.setattr(scraper, "reviews", lambda dump, *, whole: told if whole else [])
    steps.land(SOURCE, NIGHT)
    assert _manifest(settings, "reviews").received == 50 * len(_manifest(settings, "reviews").files)
    assert _manifest(settings, "reviews").added_fields == []
    text = "\n".join(texts_of(landing.data_path(settings, SOURCE, "reviews", NIGHT, 1)))
    assert told[0]["listing_id"] in text
    for row in told:
        assert row["reviewer_name"] not in text
        assert row["comments"] not in text
        assert f'"{row["reviewer_id"]}"' not in text


def test_reviews_are_numbered_by_listing_and_day():
    body = b"listing_id,date\n1,2026-01-01\n1,2026-01-02\n1,2026-01-01\n2,2026-01-01\n2,trop,long\n2,2026-01-01\n"
    read = list(_read(body, stream="reviews"))
    assert [r if isinstance(r, Malformed) else r["review_number"] for r in read if not isinstance(r, Malformed)] == [
        1, 1, 2, 1, 2
    ]  # fmt: skip
    assert sum(isinstance(record, Malformed) for record in read) == 1


def test_a_listing_in_two_places_is_an_error_for_it_would_be_numbered_twice():
    body = b"listing_id,date\n1,2026-01-01\n2,2026-01-01\n1,2026-01-01\n"
    with pytest.raises(PublisherError, match="reviews of a listing in two places"):
        list(_read(body, stream="reviews"))


def test_something_else_than_reviews_is_an_error():
    with pytest.raises(PublisherError, match="no table of reviews"):
        list(_read(b"id,date\n1,2026-01-01\n", stream="reviews"))


def test_texts_of_several_lines_bytes_cut_anywhere_and_windows_ends():
    body = (
        HEADER + '18446744073709551,"Gîte ""Ti"",\r\nvue mer",1,"$1,234.00",48.100000000000001\r\n\r\n2,b,3,,\n'
    ).encode()
    for chunk in (1, 7, 10_000):
        first, second = _read(body, chunk)
        assert first["id"] == "18446744073709551"
        assert (first["price"], first["latitude"]) == (1234.0, 48.1)
        assert (second["price"], second["latitude"]) == (None, None)


def test_rows_that_do_not_fit_are_malformed_and_counted():
    body = (HEADER + "1,a,1,10,48\n2,too,few\n3,one,too,many,48,x\n").encode() + b"4,caf\xe9,1,10,48\n5,e,1,10,48\n"
    read = list(_read(body))
    assert [isinstance(record, Malformed) for record in read] == [False, True, True, True, False]
    assert read[3].body == b"4,caf\xe9,1,10,48"


@pytest.mark.parametrize("tail", ["2,b,3", '2,"never closed,1,10,48\n3,c,1,10,48\n'])
def test_a_file_that_stops_in_the_middle_is_an_error(tail):
    with pytest.raises(PublisherError, match="stops in the middle"):
        list(_read((HEADER + "1,a,1,10,48\n" + tail).encode()))


def test_a_gzip_that_stops_in_the_middle_is_an_error():
    whole = gzip.compress((HEADER + "1,a,1,10,48\n" * 500).encode())
    assert len(list(_read(whole))) == 500
    with pytest.raises(PublisherError, match="stops in the middle"):
        list(_read(whole[:-20]))


def test_something_else_than_listings_is_an_error():
    for body in (b"", b"neighbourhood\nx\n", b"<html></html>", b"id,id\n1,2\n"):
        with pytest.raises(PublisherError, match="no table of listings"):
            list(_read(body))


@pytest.mark.parametrize("stream", ["listings", "reviews"])
def test_memory_does_not_grow_with_the_file(stream):
    def pieces(rows):
        yield HEADER.encode() if stream == "listings" else b"listing_id,date\n"
        for at in range(rows):
            listing = f'{at},"a title\nof two lines",1,"$1,000.00",48.1\n'
            yield (listing if stream == "listings" else f"{at // 400},2026-01-{1 + at % 28:02d}\n").encode()

    peaks = []
    for rows in (2_000, 20_000):
        tracemalloc.start()
        assert sum(1 for _ in _read(pieces(rows), stream=stream)) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 50_000


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,234.00", 1234.0),
        ("255", 255.0),
        ("$80.5", 80.5),
        ("€1,234,567", 1234567.0),
        ("1,23", "1,23"),
        ("abc", "abc"),
    ],
)
def test_a_price_is_a_number_or_stays_what_it_is(text, amount):
    assert price_amount(text) == amount


def test_flags_are_t_and_f():
    shaped = shape({"instant_bookable": "t", "host_is_superhost": "f"})
    assert (shaped["instant_bookable"], shaped["host_is_superhost"]) == (True, False)
    assert shape({"instant_bookable": "", "host_is_superhost": "x"}) == {
        "instant_bookable": None,
        "host_is_superhost": "x",
    }


def test_a_real_dump_is_accounted_for_to_the_last_row(real_data):
    path = real_data / "tourism" / "inside_airbnb_bordeaux_listings.csv"
    projector = Projector(load_inventory().stream(SOURCE, "listings"), Pseudonymiser(b"k"), {"currency_code": "EUR"})
    context = {"area": "a", "dump_on": "2021-12-09"}
    rows = [projector.project(record, context) for record in _read(path.read_bytes(), 65_536)]
    assert len(rows) == len({row["listing_id"] for row in rows}) == 9_471
    assert [name for row in rows for name, value in row.items() if isinstance(value, dict)] == []
    assert projector.presence.added == {}
    assert sum(row["reviews_per_month"] is None for row in rows) == 1_456
    expected = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert sum(row["price"] for row in rows) == sum(float(row["price"]) for row in expected)
