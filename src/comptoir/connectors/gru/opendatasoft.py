"""Opendatasoft Explore v2.1: JSON-lines export of a data set, by declaration date (apis.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import Dialect, header
from comptoir.connectors.http import parse_json

DIALECT = Dialect(authorise=header("Authorization", "Apikey "))
RECORDS_PER_PAGE = 1000


def fetch(request: Request) -> Iterator[Page]:
    """Records of the data set declared within the re-read window (all of them the first time).

    The portal's own count is asked first: an export may stop in the middle of a 200 answer.
    """
    options = request.own.options
    base = f"/api/explore/v2.1/catalog/datasets/{quote(options['dataset'], safe='')}"
    query: dict[str, Any] = {"order_by": options["order_by"]}
    if request.since:
        query["where"] = f"{options['date_column']} >= date'{request.since:%Y-%m-%d}'"
    counted, _ = request.client.get_json(f"{base}/records", {**query, "limit": 1})
    announced = counted.get("total_count") if isinstance(counted, dict) else None
    response = request.client.stream(f"{base}/exports/jsonl", query)
    kind = response.headers.get("Content-Type", "").split(";")[0]
    if kind == "text/html":
        raise request.client.error(response.url, "answered HTML instead of an export", "Run the night again later.")
    batch: list[Mapping[str, Any] | Malformed] = []
    size = 0
    pages = 0
    for line in _lines(request.client.chunks(response)):
        size += len(line)
        batch.append(_record(request, response.url, line))
        if len(batch) == RECORDS_PER_PAGE:
            yield Page(batch, {}, size, announced=announced if pages == 0 else None)
            batch, size, pages = [], 0, pages + 1
    yield Page(batch, {}, size, announced=announced if pages == 0 else None)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest


def _record(request: Request, url: str, line: bytes) -> Mapping[str, Any] | Malformed:
    try:
        record = parse_json(line)
    except ValueError as error:
        return Malformed(line, f"a line that is not JSON ({type(error).__name__})")
    if not isinstance(record, dict):
        return Malformed(line, "a line that is not an object")
    if "error_code" in record or "errorcode" in record:
        raise request.client.error(url, "ended its export with an error", "Nothing was kept: run the night again.")
    return record
