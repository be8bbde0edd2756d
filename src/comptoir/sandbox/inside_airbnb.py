"""Inside Airbnb: a page of links, and static CSV files by area and date of scrape."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, ClassVar, Protocol

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, gzipped
from comptoir.sandbox.clock import Clock

INDEX = "/get-the-data"
FILE = re.compile(
    r"^/(.+)/(\d{4}-\d{2}-\d{2})/(?=visualisations/\w+\.csv$|data/\w+\.csv\.gz$)(\w+)/(listings|reviews)\.csv"
)
NAMES = ("visualisations/listings.csv", "data/listings.csv.gz", "visualisations/reviews.csv", "data/reviews.csv.gz")
NUMBERS = ("price", "minimum_nights", "number_of_reviews", "availability_365", "calculated_host_listings_count")


@dataclass(frozen=True)
class Dump:
    """A scrape of an area, and when its files were put online (aware)."""

    area: str
    scraped_on: dt.date
    published_at: dt.datetime


class Scraper(Protocol):
    """What stands behind the files."""

    first_night: dt.date

    def dumps(self, clock: Clock) -> list[Dump]:
        """Return the dumps listed at a clock, newest first."""
        ...

    def listings(self, dump: Dump) -> Iterable[Record]:
        """Yield the rows of a dump, cells as text, the same columns in each row."""
        ...

    def reviews(self, dump: Dump, *, whole: bool) -> Iterable[Record]:
        """Yield the reviews of a dump's listings, by listing: their day, or all that the site knows (``whole``)."""
        ...


class InsideAirbnb(Publisher):
    """The site over a scraper. It is public: no token is asked."""

    family = "inside_airbnb"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "listing": RecordKind(
            keys=("id",),
            dates=("last_review",),
            numbers=NUMBERS,
            texts=("neighbourhood",),
            codes=("room_type",),
            added=("estimated_revenue_l365d", "1200"),
            removed=("room_type",),
            streamed=True,
        ),
        "review": RecordKind(
            keys=("listing_id",),
            dates=("date",),
            numbers=("date",),
            texts=("comments",),
            added=("rating", "5"),
            removed=("date",),
        ),
    }

    def __init__(self, scraper: Scraper) -> None:
        self.scraper = scraper
        self.first_night = scraper.first_night

    def error(self, status: int, message: str) -> Answer:
        """Answer as a store of static files does: XML."""
        body = f"<?xml version='1.0'?><Error><Code>{status}</Code><Message>{message}</Message></Error>"
        return Answer(chunks=[body.encode()], status=status, media_type="application/xml")

    def answer(self, ask: Ask) -> Answer:
        """Answer the page of links or one of the files it links to."""
        if ask.path.rstrip("/") == INDEX:
            return Answer(chunks=[self._page(ask).encode()], media_type="text/html; charset=utf-8")
        found = FILE.match(ask.path)
        for dump in self.scraper.dumps(ask.clock) if found else []:
            if found and (dump.area, dump.scraped_on.isoformat()) == (found[1], found[2]):
                return self._file(ask, dump, found[4], whole=found[3] == "data")
        return self.error(404, "The specified key does not exist.")

    def _page(self, ask: Ask) -> str:
        root = ask.url[: ask.url.rindex(INDEX)]
        rows = [
            f'<tr><td>{dump.scraped_on:%d %B, %Y}</td><td><a href="{root}/{dump.area}/{dump.scraped_on}/{name}">'
            f"{name.rpartition('/')[2]}</a></td></tr>"
            for dump in self.scraper.dumps(ask.clock)
            for name in NAMES
        ]
        return (
            '<!DOCTYPE html><html lang="en"><head><title>Get the Data</title></head><body><h1>Get the Data</h1>'
            f"<table>{''.join(rows)}</table></body></html>"
        )

    def _file(self, ask: Ask, dump: Dump, what: str, *, whole: bool) -> Answer:
        rows = self.scraper.listings(dump) if what == "listings" else self.scraper.reviews(dump, whole=whole)
        chunks: Iterable[bytes] = _csv(ask.touch(what.removesuffix("s"), rows))
        tag = hashlib.sha256(f"{dump.area}|{dump.scraped_on}|{dump.published_at}".encode()).hexdigest()[:32]
        headers = {
            "ETag": f'"{tag}"',
            "Last-Modified": format_datetime(dump.published_at.astimezone(dt.UTC), usegmt=True),
        }
        if whole:
            return Answer(chunks=gzipped(chunks), media_type="application/gzip", headers=headers)
        return Answer(chunks=chunks, media_type="text/csv", headers=headers)


def _csv(rows: Iterable[Any]) -> Iterator[bytes]:
    """Write rows by a hundred; the first one has the columns of all."""
    buffer = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for at, row in enumerate(rows):
        if writer is None:
            writer = csv.DictWriter(buffer, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
        if at % 100 == 99:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
