"""Eurostat dissemination API: bulk TSV for the first load, JSON-stat slices for nightly re-reads (apis.md 2.1).

A stream's options name its ``dataset``, perhaps ``filters`` (``dimension=code`` pairs, a dimension repeated for several
codes) and its ``time_layout``: ``month`` (the default) and ``year`` have one time dimension; with ``month_of_year`` the
year is in ``time`` and the month in a dimension of its own. The bulk file takes no filters: a stream that has some, or
asks for months one by one, is read by slices on its first load too.
"""

from __future__ import annotations

import email.utils
import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.bodies import lines
from comptoir.connectors.dialect import Dialect
from comptoir.connectors.tourism.options import named_codes

DIALECT = Dialect()
SERIES_PER_PAGE = 20
SINCE_FORMATS = {"month": "%Y-%m", "year": "%Y", "month_of_year": "%Y"}
# TOTAL, the months' sum, is not asked for.
MONTHS = [f"M{month:02d}" for month in range(1, 13)]


def fetch(request: Request) -> Iterator[Page]:
    """Cells of the data set, missing ones included: everything the first time, then the re-read window by geography."""
    layout = request.own.options.get("time_layout", "month")
    if layout not in SINCE_FORMATS:
        raise request.client.error(
            request.base_url,
            f"is read with a time_layout '{layout}' that does not exist",
            f"Check stream '{request.stream.name}' in the inventory: {', '.join(SINCE_FORMATS)}.",
        )
    asked: dict[str, Any] = dict(named_codes(request.own.options.get("filters", "")))
    if layout == "month_of_year":
        asked["month"] = MONTHS
    if request.since is None and not asked:
        return _bulk(request)
    if request.since is not None:
        asked["sinceTimePeriod"] = request.since.strftime(SINCE_FORMATS[layout])
    return _slices(request, asked)


def _bulk(request: Request) -> Iterator[Page]:
    path = f"/api/dissemination/sdmx/2.1/data/{request.own.options['dataset']}"
    response = request.client.stream(path, {"format": "TSV", "compressed": "true"})
    modified = response.headers.get("Last-Modified")
    updated_at = email.utils.parsedate_to_datetime(modified).isoformat() if modified else None
    context = {"updated_at": updated_at}
    body = lines(request.client, response)
    dimensions, periods = _header(request, response.url, next(body, b""))
    while batch := list(itertools.islice(body, SERIES_PER_PAGE)):
        records = [cell for line in batch for cell in series_cells(line, dimensions, periods)]
        yield Page(records, context, sum(map(len, batch)), updated_at=updated_at)


def _header(request: Request, url: str, line: bytes) -> tuple[list[str], list[str]]:
    first, *periods = line.decode("utf-8", "replace").rstrip("\r").split("\t")
    names, separator, _ = first.partition("\\")
    if not separator or not periods:
        raise request.client.error(url, "did not send Eurostat's TSV layout", "Check the data set in the inventory.")
    return names.split(","), [period.strip() for period in periods]


def series_cells(line: bytes, dimensions: list[str], periods: list[str]) -> list[Mapping[str, Any] | Malformed]:
    """Cells of one TSV series: ``21011367 e`` is a value and its flag, ``: @C`` a missing value and why."""
    try:
        codes, *cells = line.decode("utf-8").rstrip("\r").split("\t")
        named = dict(zip(dimensions, codes.split(","), strict=True))
        if len(cells) != len(periods):
            raise ValueError(f"{len(cells)} cells for {len(periods)} periods")
    except ValueError as error:
        return [Malformed(line, f"a series that does not fit the header: {type(error).__name__}")]
    return [{**named, "time_period": period, **cell_value(cell)} for period, cell in zip(periods, cells, strict=True)]


def cell_value(cell: str) -> dict[str, Any]:
    """``obs_value`` (``None`` when missing) and ``obs_flag`` of a TSV cell."""
    value, _, flag = cell.strip().partition(" ")
    if value == ":":
        return {"obs_value": None, "obs_flag": cell.strip()}
    return {"obs_value": value, "obs_flag": flag.strip() or None}


def _slices(request: Request, asked: Mapping[str, Any]) -> Iterator[Page]:
    path = f"/api/dissemination/statistics/1.0/data/{request.own.options['dataset']}"
    for geo in request.config.eurostat_geos:
        params = {"format": "JSON", "lang": "EN", "geo": geo, **asked}
        body, size = request.client.get_json(path, params)
        if not isinstance(body, dict) or body.get("class") != "dataset":
            raise request.client.error(
                path,
                "did not answer a JSON-stat data set",
                f"Is '{geo}' a geography of it? See eurostat_geos in comptoir.yml.",
            )
        updated_at = body.get("updated")
        try:
            records = list(cube_cells(body))
        except (KeyError, TypeError, ValueError) as error:
            raise request.client.error(
                path,
                f"answered a JSON-stat cube that does not hold together ({type(error).__name__})",
                "Run the night again later.",
            ) from error
        yield Page(
            records,
            {"updated_at": updated_at},
            size,
            announced=math.prod(body["size"]),
            updated_at=updated_at,
        )


def cube_cells(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every cell of a JSON-stat 2.0 cube: ``value`` and ``status`` are sparse and keyed by row-major flat index.

    A dimension ``month`` (``M07``) goes into the period; a code there that is no month leaves a period that is none.

    Raises:
        KeyError, ValueError: the cube contradicts itself.
    """
    names = ["time_period" if name == "time" else name for name in body["id"]]
    axes = []
    for name, size in zip(body["id"], body["size"], strict=True):
        index = body["dimension"][name]["category"]["index"]
        codes = index if isinstance(index, list) else sorted(index, key=index.__getitem__)
        if len(codes) != size:
            raise ValueError(f"dimension {name}: {len(codes)} codes for size {size}")
        axes.append(codes)
    values, statuses = _sparse(body["value"]), _sparse(body.get("status") or {})
    for position, cell in enumerate(itertools.product(*axes)):
        value, status = values.get(position), statuses.get(position)
        flag = status if value is not None else f": {status}" if status else ":"
        yield {**_dated(dict(zip(names, cell, strict=True))), "obs_value": value, "obs_flag": flag}


def _dated(codes: dict[str, Any]) -> dict[str, Any]:
    month = codes.pop("month", None)
    return codes if month is None else {**codes, "time_period": f"{codes['time_period']}-{month.removeprefix('M')}"}


def _sparse(values: Any) -> dict[int, Any]:
    if isinstance(values, list):
        return {position: value for position, value in enumerate(values) if value is not None}
    return {int(position): value for position, value in values.items()}
