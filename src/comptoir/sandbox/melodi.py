"""INSEE Melodi: the catalogue of data sets, and their observations by page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from urllib.parse import urlencode

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import PARIS, Clock

PATH = re.compile(r"^/(catalog|data)/([^/]+)/?$")
# A place asked for: ``2026-DEP-35``, ``DEP-35``, ``DEP`` (all), ``REG-53*COM`` (its children of a level).
ASKED = re.compile(r"(?:\d{4}-)?([A-Z][A-Z0-9_]*)(?:-([0-9A-Z]+))?(?:\*([A-Z0-9_]+))?")
DEFAULT_PAGE, MAX_PAGE = 100, 100_000
PAGING = {"startPeriod", "endPeriod", "maxResult", "page", "totalCount", "idTerritoire"}


@dataclass(frozen=True, slots=True)
class Observation:
    """A value of a data set; ``above`` are the places that hold its place, ``codes`` its other dimensions."""

    level: str
    code: str
    above: frozenset[str]
    codes: Mapping[str, str]
    value: float | None
    attributes: Mapping[str, str] | None


@dataclass(frozen=True)
class DataSet:
    """A data set as it stood at a clock; its observations come in no meaningful order."""

    identifier: str
    title: str
    modified: dt.datetime
    dimensions: Sequence[str]
    observations: Sequence[Observation]
    measure: str = "OBS_VALUE_NIVEAU"


class Store(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def data_sets(self) -> Sequence[str]:
        """Return the identifiers of the data sets."""
        ...

    def data_set(self, identifier: str, clock: Clock) -> DataSet | None:
        """Return a data set, or nothing when there is none of that name."""
        ...


class _BadRequest(ValueError):
    pass


class Melodi(Publisher):
    """The protocol over a store. Anyone may read; a token that is sent must be a good one."""

    family = "insee_melodi"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "observation": RecordKind(
            keys=("GEO",),
            dates=("TIME_PERIOD",),
            numbers=("value",),
            codes=("TIME_PERIOD", "GEO", "FREQ", "ACTIVITY", "TOUR_MEASURE", "TOUR_RESID", "HOTEL_STA", "TERRTYPO",
                   "UNIT_LOC_RANKING", "UNIT_MEASURE", "UNIT_MULT", "RP_MEASURE", "OCS", "OBS_STATUS", "CONF_STATUS"),
            removed=("measures",),
        ),
    }  # fmt: skip

    def __init__(self, store: Store, *, token: str | None = None) -> None:
        self.store = store
        self.token = token
        self.first_night = store.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say in the gateway's shape what went wrong."""
        return Answer({"message": message, "http_status_code": status}, status=status)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Refuse as the gateway does: it does not say when to come back."""
        message = "Rate limit exceeded! You reached the limit of 30 requests per 60000 ms"
        return self.error(429, "Quota exceeded! You reached the quota of the day" if for_the_day else message)

    def answer(self, ask: Ask) -> Answer:
        """Answer ``/catalog/all``, ``/catalog/{data set}`` and ``/data/{data set}``."""
        if self.token and ask.bearer and ask.bearer != self.token:
            return self.error(401, "Unauthorized")
        if ask.path.rstrip("/") == "/catalog/all":
            found = [self.store.data_set(name, ask.clock) for name in self.store.data_sets()]
            return Answer([_metadata(data_set) for data_set in found if data_set])
        asked = PATH.match(ask.path)
        if not asked:
            return self.error(404, "No context-path matches the request URI.")
        data_set = self.store.data_set(asked[2], ask.clock)
        try:
            if data_set is None:
                return Answer(chunks=[b"Une erreur est survenue"], status=500, media_type="text/plain")
            return Answer(_metadata(data_set) if asked[1] == "catalog" else _data(data_set, ask))
        except _BadRequest as error:
            return self.error(400, str(error))


def _data(data_set: DataSet, ask: Ask) -> Record:
    if unknown := set(ask.query) - PAGING - set(data_set.dimensions):
        raise _BadRequest(f"Unknown dimensions: {', '.join(sorted(unknown))}.")
    size, page = _whole_number(ask, "maxResult", DEFAULT_PAGE), _whole_number(ask, "page", 1)
    if not 1 <= size <= MAX_PAGE or page < 1:
        raise _BadRequest(f"maxResult goes from 1 to {MAX_PAGE}, page from 1.")
    rows = _selected(data_set, ask)
    start, end = ask.start((page - 1) * size), page * size
    vintage = ask.clock.now.astimezone(PARIS).year
    shown = [_rendered(data_set, row, vintage) for row in rows[start:end]]
    paging: Record = {"first": _link(ask, 1)}
    if end < len(rows):
        paging["next"] = _link(ask, page + 1)
    if ask.query.get("totalCount", "").lower() == "true":
        paging["count"] = len(rows)
    return {
        "identifier": data_set.identifier,
        "title": {"fr": data_set.title, "en": data_set.title},
        "publisher": {"id": "INSEE", "label": []},
        "observations": list(ask.touch("observation", shown)),
        "paging": paging,
    }


def _link(ask: Ask, page: int) -> str:
    pairs = [(name, value) for name, value in ask.query.multi_items() if name != "page"]
    return f"{ask.url}?{urlencode([*pairs, ('page', str(page))])}"  # writes the star of a GEO as %2A


def _metadata(data_set: DataSet) -> Record:
    periods = [row.codes["TIME_PERIOD"] for row in data_set.observations]
    return {
        "identifier": data_set.identifier,
        "title": [{"lang": "fr", "content": data_set.title}],
        "modified": data_set.modified.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S"),
        "numObservations": len(data_set.observations),
        "temporal": {"startPeriod": min(periods), "endPeriod": max(periods)},
        "product": [],
    }


def _whole_number(ask: Ask, name: str, default: int) -> int:
    text = ask.query.get(name, str(default))
    if not text.isdecimal():
        raise _BadRequest(f"{name} must be a whole number.")
    return int(text)


def _selected(data_set: DataSet, ask: Ask) -> Sequence[Observation]:
    wanted = {name: set(ask.query.getlist(name)) for name in data_set.dimensions if name in ask.query}
    places = [_place(text) for text in wanted.pop("GEO", ())]
    low, high = ask.query.get("startPeriod", ""), ask.query.get("endPeriod", "9999")
    return [
        row
        for row in data_set.observations
        if low <= _first_day(row.codes["TIME_PERIOD"]) <= high
        and all(row.codes[name] in codes for name, codes in wanted.items())
        and (not places or any(_is_within(row, *place) for place in places))
    ]


def _first_day(period: str) -> str:
    return f"{period}-01-01"[:10]


def _place(text: str) -> tuple[str, str | None, str | None]:
    found = ASKED.fullmatch(text)
    if not found:
        raise _BadRequest("GEO must be written [year-]LEVEL[-code][*LEVEL].")
    return found[1], found[2], found[3]


def _is_within(row: Observation, level: str, code: str | None, children: str | None) -> bool:
    if children:
        return row.level == children and f"{level}-{code}" in row.above
    return row.level == level and code in (None, row.code)


def _rendered(data_set: DataSet, row: Observation, vintage: int) -> Record:
    shown: Record = {"dimensions": {"GEO": f"{vintage}-{row.level}-{row.code}", **row.codes}}
    if row.attributes is not None:
        shown["attributes"] = dict(row.attributes)
    shown["measures"] = {data_set.measure: {} if row.value is None else {"value": row.value}}
    return shown
