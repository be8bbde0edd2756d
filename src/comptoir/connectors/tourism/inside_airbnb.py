"""Inside Airbnb: the dumps that the site lists for an area, the listings in them and their reviews (apis.md 2.9).

A dump is read once, whichever night first sees it. It is streamed: nothing of it is held but a batch of rows.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from selectolax.lexbor import LexborHTMLParser

from comptoir.connectors.base import FileNote, Malformed, Page, Request
from comptoir.connectors.bodies import lines
from comptoir.connectors.dialect import Dialect

DIALECT = Dialect()
ROWS_PER_PAGE = 1000
LONGEST_CELL = 4 << 20
PRICE = re.compile(r"[$€£]?((?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,2})?)")
FLAGS = ("host_is_superhost", "instant_bookable")
COORDINATES = ("latitude", "longitude")
AGAIN = "Nothing was kept: run the night again."
NAMED_BY = {"listings": "id", "reviews": "listing_id"}
Read = tuple[Mapping[str, Any] | Malformed, int]


def fetch(request: Request) -> Iterator[Page]:
    """The dumps listed tonight, or the rows of those that no other night loaded."""
    found, size = _dumps(request)
    if request.stream.name == "dumps":
        yield Page([{"dump_on": day} for day in found], _context(request), size)
        return
    for day, url in found.items():
        yield from _rows(request, day, url)


def _context(request: Request) -> dict[str, Any]:
    return {"area": request.own.options["area"]}


def _dumps(request: Request) -> tuple[dict[str, str], int]:
    """Dates of the area's dumps with the address of their file, oldest first, and the size of the page of links.

    They are read from the site's page, for scrapes keep no calendar.
    """
    options, client = request.own.options, request.client
    response = client.get_bytes(options["index"])
    html = response.content.decode("utf-8", "replace")
    if "</html>" not in html.lower():
        raise client.error(response.url, "sent a page that is cut or is not HTML", AGAIN)
    wanted = re.compile(rf"/{re.escape(options['area'])}/(\d{{4}}-\d{{2}}-\d{{2}})/{re.escape(options['file'])}")
    found = {}
    for link in LexborHTMLParser(html).css("a[href]"):
        url = urljoin(response.url, link.attributes.get("href") or "")
        match = wanted.search(urlsplit(url).path)
        if match and _is_of(urlsplit(url).hostname or "", client.host):
            found[match[1]] = url
    if not found:
        raise client.error(
            response.url,
            f"links to no '{options['file']}' of '{options['area']}'",
            "Check the area in the source's YAML against the site, or run the night again.",
        )
    return dict(sorted(found.items())), len(response.content)


def _is_of(host: str, site: str) -> bool:
    """Whether a link leads to the site or to its store of files (``data.`` before the same name)."""
    name = site.removeprefix("www.")
    return host in (site, name) or host.endswith(f".{name}")


def _rows(request: Request, day: str, url: str) -> Iterator[Page]:
    name = f"{request.own.options['area']}/{day}/{request.own.options['file']}"
    # The name stands for the content: a dump's date never comes twice, and a known one is not even asked for.
    digest = hashlib.sha256(name.encode()).hexdigest()
    if digest in request.known_files:
        return
    response = request.client.stream(url)
    context = {**_context(request), "dump_on": day}
    rows, total, size, batch = 0, 0, 0, list[Mapping[str, Any] | Malformed]()
    read = records(request, response, names=NAMED_BY[request.stream.name])
    for record, length in numbered(request, response, read) if request.stream.name == "reviews" else read:
        rows, total, size = rows + 1, total + length, size + length
        batch.append(record)
        if len(batch) == ROWS_PER_PAGE:
            yield Page(batch, context, size)
            batch, size = [], 0
    yield Page(batch, context, size, file=FileNote(name, digest, total, rows, "csv, utf-8"))


def numbered(request: Request, response: requests.Response, read: Iterator[Read]) -> Iterator[Read]:
    """Reviews with their number among those of a listing on a day: the summary file has no other name for them.

    The file lists them by listing, so that no more than one listing's days are held.

    Raises:
        PublisherError: the reviews of a listing stand in two places, where they would be numbered twice.
    """
    done: set[str] = set()
    listing: Any = None
    days: Counter[Any] = Counter()
    for record, length in read:
        if isinstance(record, Mapping) and not str(record["listing_id"] or "").isdigit():
            # A broken row is quarantined by conform; it does not part the rows around it.
            yield {**record, "review_number": None}, length
        elif isinstance(record, Mapping):
            if record["listing_id"] != listing:
                done.add(listing)
                listing, days = record["listing_id"], Counter()
                if listing in done:
                    raise request.client.error(
                        response.url,
                        "has the reviews of a listing in two places",
                        "Is it the site's own file? " + AGAIN,
                    )
            days[record.get("date")] += 1
            yield {**record, "review_number": days[record.get("date")]}, length
        else:
            yield record, length


def records(request: Request, response: requests.Response, *, names: str = "id") -> Iterator[Read]:
    """Rows of a dump with their size in bytes; a row that does not fit the header is malformed.

    ``names`` is the column that names what the rows are about.

    Raises:
        PublisherError: the file lacks that column, or stops in the middle.
    """
    # Texts of hosts are longer than what the standard library takes for a cell.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    taken: list[bytes] = []
    decoder = codecs.getdecoder("utf-8")

    def decoded() -> Iterator[str]:
        for position, line in enumerate(lines(request.client, response)):
            taken.append(line)
            # Bytes that are no UTF-8 are carried along, so that their row can be told apart.
            yield decoder(line.removeprefix(codecs.BOM_UTF8) if position == 0 else line, "surrogateescape")[0] + "\n"

    reader = csv.reader(decoded())
    header = next(reader, [])
    if names not in header or len(set(header)) != len(header):
        what = next(stream for stream, name in NAMED_BY.items() if name == names)
        raise request.client.error(response.url, f"is no table of {what}", "Check the source's 'file' option.")
    cut = False
    while True:
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            cells = []
        body = b"\n".join(taken)
        if not body.strip():
            continue
        cut = len(cells) != len(header)
        if cut:
            yield Malformed(body, "a row that does not have the header's columns"), len(body) + 1
        elif not "".join(cells).isascii() and _has_surrogates(cells):
            yield Malformed(body, "a row that is not UTF-8"), len(body) + 1
        else:
            yield shape(dict(zip(header, cells, strict=True))), len(body) + 1
    if cut:
        raise request.client.error(response.url, "stops in the middle of a row", AGAIN)


def _has_surrogates(cells: list[str]) -> bool:
    return any("\udc80" <= character <= "\udcff" for cell in cells for character in cell)


def shape(row: Mapping[str, str]) -> dict[str, Any]:
    """A row with empty cells as ``None``, its price, flags and coordinates as what they are; the rest stays text."""
    shaped: dict[str, Any] = {name: cell if cell.strip() else None for name, cell in row.items()}
    if price := shaped.get("price"):
        shaped["price"] = price_amount(price)
    for name in FLAGS:
        if name in shaped:
            shaped[name] = {"t": True, "f": False}.get(shaped[name], shaped[name])
    for name in COORDINATES:
        if shaped.get(name):
            shaped[name] = _degrees(shaped[name])
    return shaped


def price_amount(price: str) -> Any:
    """The number in ``$1,234.00`` (the sign is no currency); a text that is no price stays what it is."""
    match = PRICE.fullmatch(price.strip())
    return float(match[1].replace(",", "")) if match else price


def _degrees(cell: str) -> Any:
    try:
        value = float(cell)
    except ValueError:
        return cell
    return value if math.isfinite(value) else cell
