"""Open311 GeoReport v2: services and requests, in JSON and in XML."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Protocol
from xml.sax.saxutils import escape

import msgspec

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import Clock

PATH = re.compile(r"^/(services|requests)(?:/([^/]+))?\.(json|xml)$")
MAX_SPAN = dt.timedelta(days=90)
MAX_ROWS = 1000
KNOWN = {
    "services": {"jurisdiction_id", "api_key"},
    "requests": {
        "jurisdiction_id",
        "api_key",
        "service_request_id",
        "service_code",
        "start_date",
        "end_date",
        "status",
        "extensions",
    },
}
XML_NAMES = {"services": ("services", "service"), "requests": ("service_requests", "request")}


@dataclass(frozen=True)
class Asked:
    """What a list of requests is narrowed to; instants are UTC, both ends included."""

    start: dt.datetime
    end: dt.datetime
    ids: frozenset[str]
    codes: frozenset[str]
    statuses: frozenset[str]


class City(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date
    jurisdiction: ClassVar[str]

    def services(self) -> Sequence[Record]:
        """Return the services that may be asked for."""
        ...

    def requests(self, clock: Clock, asked: Asked) -> Iterable[Record]:
        """Yield the requests of a period, newest first."""
        ...


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Open311(Publisher):
    """The protocol over a city."""

    family = "open311"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "request": RecordKind(
            keys=("service_request_id",),
            dates=("requested_datetime",),
            numbers=("lat", "long"),
            texts=("service_name", "agency_responsible", "description"),
            codes=("service_code", "zipcode", "status"),
            added=("priority", "high"),
            removed=("service_name",),
            streamed=True,
        ),
        "service": RecordKind(
            keys=("service_code",),
            texts=("service_name", "group"),
            codes=("type",),
            added=("is_public", True),
            removed=("service_name",),
        ),
    }

    def __init__(self, city: City, *, token: str | None = None) -> None:
        self.city = city
        self.token = token
        self.first_night = city.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say in GeoReport's shape what went wrong."""
        return Answer([{"code": status, "description": message}], status=status)

    def error_in_200(self, answer: Answer) -> Answer:
        """Say in the body alone that the back end failed."""
        failed = [{"code": 500, "description": "The back end did not answer"}]
        if answer.chunks is None:
            return Answer(failed)
        return Answer(chunks=[_xml("errors", "error", failed)], media_type=answer.media_type)

    def answer(self, ask: Ask) -> Answer:
        """Answer ``/services`` and ``/requests`` (all of them, or one by its id) in the format of the path's end."""
        found = PATH.match(ask.path)
        if not found:
            return self.error(404, "No such resource; write .json or .xml")
        kind, one, form = found.groups()
        try:
            self._let_in(ask, kind)
            records = self._services(ask, one) if kind == "services" else self._requests(ask, one)
        except _Refused as refused:
            answer = self.error(refused.status, str(refused))
            if form == "xml":
                answer.chunks, answer.media_type = [_xml("errors", "error", answer.payload)], "text/xml; charset=utf-8"
            return answer
        if form == "json":
            return Answer(records)
        return Answer(chunks=[_xml(*XML_NAMES[kind], records)], media_type="text/xml; charset=utf-8")

    def _let_in(self, ask: Ask, kind: str) -> None:
        if self.token and ask.query.get("api_key") != self.token:
            raise _Refused(403, "api_key was not provided or is not valid")
        if ask.query.get("jurisdiction_id", self.city.jurisdiction) != self.city.jurisdiction:
            raise _Refused(404, "jurisdiction_id provided was not found")
        # Ignoring a parameter silently would answer another question than the one asked.
        if unknown := set(ask.query) - KNOWN[kind]:
            raise _Refused(400, f"Parameters not served here: {', '.join(sorted(unknown))}")

    def _services(self, ask: Ask, one: str | None) -> list[Record]:
        services = [item for item in self.city.services() if one in (None, str(item["service_code"]))]
        if not services:
            raise _Refused(404, "service_code provided was not found")
        return list(ask.touch("service", services))

    def _requests(self, ask: Ask, one: str | None) -> list[Record]:
        asked = _asked(ask, one)
        records = list(islice(self.city.requests(ask.clock, asked), MAX_ROWS))
        if one and not records:
            raise _Refused(404, "service_request_id provided was not found")
        if ask.query.get("extensions") != "true":
            records = [{k: v for k, v in record.items() if k != "extended_attributes"} for record in records]
        return list(ask.touch("request", records))


def _asked(ask: Ask, one: str | None) -> Asked:
    end = _moment(ask, "end_date") or ask.clock.now
    start = _moment(ask, "start_date") or end - MAX_SPAN
    ids = frozenset([one] if one else _several(ask, "service_request_id"))
    if ids:
        start, end = dt.datetime.min.replace(tzinfo=dt.UTC), ask.clock.now
    elif start > end or end - start > MAX_SPAN:
        raise _Refused(400, "start_date and end_date must span 90 days at most")
    return Asked(start, end, ids, _several(ask, "service_code"), _several(ask, "status"))


def _several(ask: Ask, name: str) -> frozenset[str]:
    return frozenset(part for part in ask.query.get(name, "").split(",") if part)


def _moment(ask: Ask, name: str) -> dt.datetime | None:
    text = ask.query.get(name)
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise _Refused(400, f"{name} is not a W3C date and time") from None
    if moment.tzinfo is None:
        raise _Refused(400, f"{name} has no time zone")
    return moment.astimezone(dt.UTC)


def _xml(root: str, item: str, records: Iterable[Any]) -> bytes:
    body = "".join(f"<{item}>{''.join(_elements(record))}</{item}>" for record in records)
    return f'<?xml version="1.0" encoding="utf-8"?><{root}>{body}</{root}>'.encode()


def _elements(record: Record) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield f"<{name}>{''.join(_elements(value))}</{name}>"
        elif value is None or value == "":
            yield f"<{name}/>"
        else:
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            yield f"<{name}>{escape(text)}</{name}>"
