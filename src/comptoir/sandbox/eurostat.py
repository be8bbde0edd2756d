"""Eurostat's dissemination API: the whole dataset as bulk TSV, or a slice of it as JSON-stat 2.0."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import format_datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, gzipped, untouched
from comptoir.sandbox.clock import Clock

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
# Of the monthly tables of nights and arrivals; other tables have their own.
DIMENSIONS = ("freq", "c_resid", "unit", "nace_r2", "geo")
BULK = re.compile(r"^/api/dissemination/sdmx/2\.1/data/([^/]+)/?$")
SLICE = re.compile(r"^/api/dissemination/statistics/1\.0/data/([^/]+)/?$")
PERIOD_FILTERS = {"time", "sinceTimePeriod", "untilTimePeriod", "lastTimePeriod"}
FLAGS = {
    "b": "break in time series",
    "e": "estimated",
    "p": "provisional",
    "u": "low reliability",
    "be": "break in time series, estimated",
    "@C": "confidential",
}
Series = tuple[tuple[str, ...], list[str]]
Wanted = Mapping[str, set[str]]


class Cube(Protocol):
    """A dataset as it stood at a clock; cells are written as in the bulk file (``"123 e"``, ``": "``)."""

    label: str
    updated: dt.datetime
    dimensions: tuple[str, ...]
    periods: list[str]

    def codes(self) -> Mapping[str, list[str]]:
        """Return the codes that occur, by dimension, sorted."""
        ...

    def series(self, wanted: Wanted) -> Iterable[Series]:
        """Yield (codes in the order of ``dimensions``, one cell per period) of the wanted codes."""
        ...

    def bulk(self) -> Iterable[bytes] | None:
        """Return the publisher's own file where there is one, else nothing."""
        ...


class Warehouse(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def cube(self, dataset: str, clock: Clock) -> Cube | None:
        """Return a dataset, or nothing when none has that code."""
        ...


class Eurostat(Publisher):
    """The protocol over a warehouse of cubes."""

    family = "eurostat"

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.first_night = warehouse.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say in Eurostat's shape what went wrong."""
        return Answer({"error": [{"status": status, "id": 150, "label": message}]}, status=status)

    def error_in_200(self, answer: Answer) -> Answer:
        """Promise an answer for later."""
        label = "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously. Please try again later."
        return Answer({"warning": {"status": 413, "label": label}})

    def answer(self, ask: Ask) -> Answer:
        """Answer the bulk TSV of a dataset or a JSON-stat slice of it."""
        found = BULK.match(ask.path) or SLICE.match(ask.path)
        if not found:
            return self.error(404, f"No such resource: {ask.path}.")
        dataset = found[1].lower()
        cube = self.warehouse.cube(dataset, ask.clock)
        if cube is None:
            return self.error(404, f"The requested dataset {found[1].upper()} is not disseminated.")
        if BULK.match(ask.path):
            return self._bulk(dataset, cube, ask)
        return self._slice(cube, ask)

    def _bulk(self, dataset: str, cube: Cube, ask: Ask) -> Answer:
        if ask.query.get("format", "").upper() != "TSV" or set(ask.query) - {"format", "compressed"}:
            return self.error(400, "Only format=TSV with compressed=true|false is served here, without filters.")
        chunks = (cube.bulk() if ask.touch is untouched else None) or _encoded(ask.touch("tsv", _lines(cube)))
        name = f"estat_{dataset}.tsv"
        headers = {"Last-Modified": format_datetime(cube.updated.astimezone(dt.UTC), usegmt=True)}
        if ask.query.get("compressed", "false").lower() != "true":
            return Answer(chunks=chunks, media_type="text/tab-separated-values", headers=headers)
        headers["Content-Disposition"] = f'attachment; filename="{name}.gz"'
        return Answer(chunks=gzipped(chunks), media_type="application/gzip", headers=headers)

    def _slice(self, cube: Cube, ask: Ask) -> Answer:
        query = ask.query
        if query.get("format", "JSON").upper() != "JSON":
            return self.error(400, "Only format=JSON is served here.")
        if unknown := set(query) - set(cube.dimensions) - PERIOD_FILTERS - {"format", "lang"}:
            return self.error(400, f"Unknown parameters: {', '.join(sorted(unknown))}.")
        wanted = {name: set(query.getlist(name)) for name in cube.dimensions if name in query}
        known = cube.codes()
        for name, codes in wanted.items():
            if missing := codes - set(known[name]):
                return self.error(400, f"Invalid value for dimension {name}: {', '.join(sorted(missing))}.")
        payload = _json_stat(cube, wanted, _kept_periods(cube.periods, query))
        return Answer(next(iter(ask.touch("jsonstat", [payload]))))


def _lines(cube: Cube) -> Iterator[str]:
    yield ",".join(cube.dimensions) + "\\TIME_PERIOD\t" + "\t".join(f"{period} " for period in cube.periods) + "\n"
    for codes, cells in cube.series({}):
        yield ",".join(codes) + "\t" + "\t".join(cells) + "\n"


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    for line in lines:
        yield line.encode()


def _kept_periods(periods: list[str], query: QueryParams) -> list[int]:
    since, until, named = query.get("sinceTimePeriod"), query.get("untilTimePeriod"), set(query.getlist("time"))
    kept = [
        at
        for at, period in enumerate(periods)
        if (not since or period >= since) and (not until or period <= until) and (not named or period in named)
    ]
    last = query.get("lastTimePeriod", "")
    return kept[-int(last) :] if last.isdecimal() and int(last) else kept


def _category(codes: list[str]) -> Record:
    return {"index": {code: at for at, code in enumerate(codes)}, "label": {code: code for code in codes}}


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def _json_stat(cube: Cube, wanted: Wanted, kept: list[int]) -> Record:
    series = list(cube.series(wanted))
    codes = [sorted({row[0][at] for row in series}) for at in range(len(cube.dimensions))]
    periods = [cube.periods[at] for at in kept]
    sizes = [len(names) for names in codes] + [len(periods)]
    places = [{code: at for at, code in enumerate(names)} for names in codes]
    value: dict[str, Any] = {}
    status: dict[str, str] = {}
    for names, cells in series:
        start = 0
        for place, size, code in zip(places, sizes, names, strict=False):
            start = start * size + place[code]
        start *= len(periods)
        for offset, at in enumerate(kept):
            number, _, flag = cells[at].partition(" ")
            if number != ":":
                value[str(start + offset)] = _number(number)
            if flag:
                status[str(start + offset)] = flag
    dimension = {
        name: {"label": name, "category": _category(names)} for name, names in zip(cube.dimensions, codes, strict=True)
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": cube.label,
        "source": "ESTAT",
        "updated": cube.updated.astimezone(LUXEMBOURG).strftime("%Y-%m-%dT%H:%M:%S%z"),
        "value": value,
        "status": status,
        "id": [*cube.dimensions, "time"],
        "size": sizes,
        "dimension": {**dimension, "time": {"label": "time", "category": _category(periods)}},
        "extension": {"status": {"label": {flag: FLAGS.get(flag, flag) for flag in sorted(set(status.values()))}}},
    }
