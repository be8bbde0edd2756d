"""INSEE Melodi: observations of a data set, a page after the other (apis.md 2.2).

A stream's options name its ``dataset``, its ``geo`` (``REG-53``, ``REG-53*DEP`` for children; several with spaces) and
its ``filters`` (``DIMENSION=code`` pairs, a dimension repeated for several codes).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import requests
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import Dialect, Refusal, by_status
from comptoir.connectors.tourism.options import named_codes

ROWS_PER_PAGE = 10_000
# What Melodi answers of a place: the year of the map, the level, the code (``2026-COM-44166``).
GEO = re.compile(r"(?:([0-9]{4})-)?([A-Z][A-Z0-9_]*)-([0-9A-Z]+)")
PARTS = ("dimensions", "attributes", "measures")


def refusal(response: requests.Response) -> Refusal | None:
    """Read an answer by its status; a data set that does not exist is an HTTP 500 in plain text, now and later."""
    is_text = response.headers.get("Content-Type", "").startswith("text/plain")
    if response.status_code == 500 and is_text:
        return Refusal(
            "answered HTTP 500 in plain text, as it does for a data set that it does not have",
            "Check the stream's dataset in the inventory; if it exists, run the night again later.",
        )
    return by_status(response)


DIALECT = Dialect(refusal=refusal)


def fetch(request: Request) -> Iterator[Page]:
    """Observations of the data set: all years the first time, then from the January of the re-read window on."""
    options, client = request.own.options, request.client
    dataset = quote(options["dataset"], safe="")
    catalogue, _ = client.get_json(f"/catalog/{dataset}")
    modified = catalogue.get("modified") if isinstance(catalogue, dict) else None
    updated_at = instant(modified, ZoneInfo(request.source.timezone))
    context = {"updated_at": updated_at}
    params: dict[str, Any] = {
        **named_codes(options.get("filters", "")),
        "GEO": options["geo"].split(),
        "maxResult": ROWS_PER_PAGE,
        "totalCount": "true",
    }
    if request.since:
        params["startPeriod"] = f"{request.since.year}-01-01"
    pages = client.pages(f"/data/{dataset}", params, JSONLinkPaginator("paging.next"), select="observations")
    for number, answered in enumerate(pages):
        body = answered.body
        if not isinstance(body, dict) or "observations" not in body:
            raise client.error(
                f"{request.base_url}/data/{dataset}",
                "answered a page without observations",
                "Check the data set in the inventory, or run the night again later.",
            )
        announced = (body.get("paging") or {}).get("count") if number == 0 else None
        records = [shape(observation) for observation in answered.items]
        yield Page(records, context, answered.size_bytes, announced=announced, updated_at=updated_at)


def instant(text: Any, zone: ZoneInfo) -> str | None:
    """Return the publisher's time as an ISO instant; one without an offset is local. ``None`` when it is no time."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC).isoformat()


def shape(observation: Any) -> Mapping[str, Any] | Malformed:
    """One flat record: dimensions and attributes by their own names, the place in three parts, the only measure.

    ``obs_value`` is ``None`` where the measure has no value, and absent where there is no measure at all.
    """
    parts = [observation.get(name) or {} for name in PARTS] if isinstance(observation, dict) else []
    if not parts or not all(isinstance(part, dict) for part in parts):
        return _malformed(observation, "an observation that is not made of dimensions, attributes and measures")
    dimensions, attributes, measures = parts
    place = GEO.fullmatch(str(dimensions.get("GEO")))
    if place is None:
        return _malformed(observation, "a GEO that is not [year-]LEVEL-code")
    if len(measures) > 1:
        return _malformed(observation, f"{len(measures)} measures where one is expected")
    beside = {name: value for name, value in observation.items() if name not in PARTS}
    record = {**beside, **attributes, **{name: code for name, code in dimensions.items() if name != "GEO"}}
    record["geo_vintage"], record["geo_level"], record["geo_code"] = place.groups()
    for measure in measures.values():
        record["obs_value"] = measure.get("value") if isinstance(measure, dict) else measure
    return record


def _malformed(observation: Any, problem: str) -> Malformed:
    return Malformed(json.dumps(observation, sort_keys=True).encode(), problem)
