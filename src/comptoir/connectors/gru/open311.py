"""Open311 GeoReport v2: services and requests of a city, in JSON or in XML (apis.md 3.1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

import requests
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from comptoir.connectors.base import Malformed, Page, Request, night_start
from comptoir.connectors.dialect import RENEW, Dialect, Refusal, by_status, token_sent

MAX_SPAN = dt.timedelta(days=90)
MAX_ROWS = 1000
UNITS = (dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1))
_POSITION = re.compile(r"[-+]?\d{1,3}(\.\d+)?")


def _refusal(response: requests.Response) -> Refusal | None:
    cures = {
        400: "Check jurisdiction_id and format of the source in the inventory.",
        401: f"{RENEW} If it is good, check jurisdiction_id in the inventory.",
        404: "Check the address and jurisdiction_id of the source in the inventory.",
    }
    found = by_status(response)
    cure = cures.get(response.status_code)
    return Refusal(found.problem, cure) if found and cure else found


def _complaint(body: Any) -> Refusal | None:
    """Find GeoReport's list of errors in the body of an answer that calls itself a success."""
    errors = body if isinstance(body, list) else [body]
    if errors and all(isinstance(error, dict) and {"code", "description"} <= error.keys() for error in errors):
        return Refusal("answered 200 with an error inside", "Run the night again later.")
    return None


# Reading needs no key by the standard; cities that want one take it where writing does.
DIALECT = Dialect(authorise=token_sent("query api_key"), refusal=_refusal, complaint=_complaint)


def fetch(request: Request) -> Iterator[Page]:
    """The city's services, or its requests by windows of at most 90 days, newest first.

    The protocol cannot ask for what changed: the whole re-read window is asked each night, and on the first load
    everything back to the option ``since``. Options: ``format`` (json or xml), ``jurisdiction_id``, ``extensions``
    (true: extended attributes are asked for).
    """
    if request.stream.name == "services":
        records, size = _asked(request, {})
        yield Page(records, {}, size)
        return
    start, end = request.since or _first_instant(request), night_start(request.night + dt.timedelta(days=1))
    while start < end:
        begin = max(start, end - MAX_SPAN)
        yield from _window(request, begin, end)
        end = begin


def halves(start: dt.datetime, end: dt.datetime) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """A window in two, the newer one first, cut at whole days, hours or minutes; nothing once it is a minute."""
    unit = next((unit for unit in UNITS if end - start >= 2 * unit), None)
    if unit is None:
        return ()
    middle = start + (end - start) // 2 // unit * unit
    return (middle, end), (start, middle)


def _window(request: Request, start: dt.datetime, end: dt.datetime) -> Iterator[Page]:
    """Pages of a window. A full answer may hide others behind it: it is thrown away for those of both halves.

    Windows share the instant where they meet, as servers differ on whether ends are included.
    """
    query = {"start_date": _w3c(start), "end_date": _w3c(end)}
    if request.own.options.get("extensions") == "true":
        query["extensions"] = "true"
    records, size = _asked(request, query)
    if len(records) < MAX_ROWS:
        yield Page(records, {}, size)
        return
    parts = halves(start, end)
    if not parts:
        raise request.client.error(
            _path(request),
            f"gives {MAX_ROWS} requests for the single minute {query['start_date']}, and no more can be asked for",
            "Check with the city whether these were imported at once, and ask it for another export of them.",
        )
    for part in parts:
        yield from _window(request, *part)


def _first_instant(request: Request) -> dt.datetime:
    """Midnight in the city's zone on the day of the option ``since``."""
    try:
        day = dt.date.fromisoformat(request.own.options.get("since", ""))
    except ValueError:
        raise request.client.error(
            _path(request),
            "has no first day to be read from",
            f"Check the option 'since' of {request.source.id}.yml in the inventory: a day such as 2024-01-01.",
        ) from None
    return dt.datetime.combine(day, dt.time(), ZoneInfo(request.source.timezone)).astimezone(dt.UTC)


def _w3c(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _path(request: Request) -> str:
    return f"{request.base_url.rstrip('/')}/{request.stream.name}.{request.own.options.get('format', 'json')}"


def _asked(request: Request, query: Mapping[str, str]) -> tuple[list[Mapping[str, Any] | Malformed], int]:
    form = request.own.options.get("format", "json")
    path = f"/{request.stream.name}.{form}"
    params = dict(query)
    if jurisdiction := request.own.options.get("jurisdiction_id"):
        params["jurisdiction_id"] = jurisdiction
    if form == "xml":
        response = request.client.get_bytes(path, params)
        body, size = _parsed_xml(request, response), len(response.content)
    else:
        body, size = request.client.get_json(path, params)
    if not isinstance(body, list):
        raise request.client.error(
            _path(request), "answered something that is not a list", "Check the city's version of GeoReport."
        )
    return [shape(item) for item in body], size


def _parsed_xml(request: Request, response: requests.Response) -> list[Any]:
    try:
        records = xml_records(response.content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise request.client.error(
            response.url,
            f"answered something that is not GeoReport's XML ({type(error).__name__}, {len(response.content)} bytes)",
            "The publisher or a proxy is in trouble: run the night again later.",
        ) from None
    if refusal := _complaint(records):
        raise request.client.error(response.url, refusal.problem, refusal.cure)
    return records


def xml_records(body: bytes) -> list[Any]:
    """The elements under the root as JSON would give them; empty ones are ``None``.

    Raises:
        ValueError: the root is none of GeoReport's.
        ParseError, DefusedXmlException: it is not XML, or not XML that is safe to read.
    """
    root = fromstring(body)
    if _name(root) not in ("services", "service_requests", "errors"):
        raise ValueError("an unknown root element")
    return [_value(child) for child in root]


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _value(element: Element) -> Any:
    if len(element):
        return {_name(child): _value(child) for child in element}
    return (element.text or "").strip() or None


def shape(item: Any) -> Mapping[str, Any] | Malformed:
    """A record whose empty texts are ``None``, codes are texts and positions numbers, whichever way they came."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a record that is not an object")
    shaped = {name: None if value == "" else value for name, value in item.items()}
    for name in ("service_code", "zipcode"):
        if isinstance(shaped.get(name), int) and not isinstance(shaped[name], bool):
            # As a number, a postcode has lost its leading zero.
            shaped[name] = str(shaped[name]).zfill(5 if name == "zipcode" else 0)
    for name in ("lat", "long"):
        if isinstance(text := shaped.get(name), str) and _POSITION.fullmatch(text.strip()):
            shaped[name] = float(text)
    return shaped
