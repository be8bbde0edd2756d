"""Publik's w.c.s.: the forms, and the list of a form's requests; queries are signed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, now
from comptoir.sandbox.clock import PARIS, Clock
from comptoir.sandbox.publik_signature import OURS, Doorkeeper

LIST = re.compile(r"^/api/forms/([a-z0-9_-]+)/list/?$")
DEFAULT_ORIG = "comptoir"
ORDERS = ("id", "receipt_time", "last_update_time")
FORMDEF_QUERY = {"include-count", "include-disabled", "backoffice-submission"}
LIST_QUERY = {
    "full",
    "limit",
    "offset",
    "order_by",
    "filter",
    "filter-start-mtime",
    "filter-start-mtime-value",
    "filter-end-mtime",
    "filter-end-mtime-value",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list, rendered only when it is on the page."""

    render: Callable[[], Record]


@dataclass(frozen=True)
class Between:
    """The last updates asked for: UTC instants, both included; nothing where open."""

    start: dt.datetime | None
    end: dt.datetime | None


class Desk(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def formdefs(self) -> Sequence[Record]:
        """Return the published forms."""
        ...

    def listing(self, clock: Clock, slug: str, updated: Between, order: str) -> Sequence[Listed] | None:
        """Return a form's requests in the order of a field (``-`` for descending); nothing for an unknown form."""
        ...


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Publik(Publisher):
    """The protocol over a desk. A token ``orig:key`` lets in who signs with that key."""

    family = "publik"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "formdata": RecordKind(
            keys=("id",),
            dates=("receipt_time", "last_update_time"),
            numbers=("criticality_level",),
            texts=("name", "type", "objet", "description"),
            codes=("channel", "code_insee", "code_postal", "id", "status"),
            added=("prefilled", True),
            removed=("receipt_time",),
        ),
    }

    def __init__(self, desk: Desk, *, token: str | None = None) -> None:
        self.desk = desk
        self.first_night = desk.first_night
        orig, colon, key = (token or "").partition(":")
        self._door = Doorkeeper({orig: key} if colon else {DEFAULT_ORIG: orig}) if token else None

    def error(self, status: int, message: str) -> Answer:
        """Say in w.c.s.'s shape what went wrong."""
        names = {400: "Invalid request", 404: "Page not found"}
        body: Record = {"err": 1, "err_class": names.get(status, "Access denied"), "err_desc": message}
        if status == 400:
            body["err_code"] = "invalid-request"
        return Answer(body, status=status)

    def error_in_200(self, answer: Answer) -> Answer:
        """Fail as a connector behind w.c.s. does."""
        return Answer({"err": 1, "err_class": "Internal error", "err_desc": "The database did not answer"})

    def answer(self, ask: Ask) -> Answer:
        """Answer ``/api/formdefs/`` and ``/api/forms/{slug}/list``."""
        if self._door:
            server_now = now() + dt.timedelta(seconds=ask.skew_seconds)
            if refusal := self._door.refusal(ask.raw_query, server_now):
                return self.error(403, refusal)
        try:
            if ask.path.rstrip("/") == "/api/formdefs":
                _refuse_unknown(ask, FORMDEF_QUERY)
                return Answer({"err": 0, "data": list(self.desk.formdefs())})
            if found := LIST.match(ask.path):
                return self._list(ask, found[1])
        except _Refused as refused:
            return self.error(refused.status, str(refused))
        return self.error(404, "No such page")

    def _list(self, ask: Ask, slug: str) -> Answer:
        _refuse_unknown(ask, LIST_QUERY)
        if ask.query.get("full") != "on":
            raise _Refused(400, "Only full=on is served here")
        if ask.query.get("filter", "all") != "all":
            raise _Refused(400, "Only filter=all is served here")
        orders = ask.query.getlist("order_by") or ["id"]
        if len(orders) > 1 or orders[0].removeprefix("-") not in ORDERS:
            raise _Refused(400, "Invalid order_by")
        updated = Between(_moment(ask, "filter-start-mtime"), _moment(ask, "filter-end-mtime"))
        listing = self.desk.listing(ask.clock, slug, updated, orders[0])
        if listing is None:
            raise _Refused(404, "No such form")
        start = ask.start(_whole(ask, "offset", 0))
        limit = _whole(ask, "limit", len(listing))
        return Answer(list(ask.touch("formdata", [listed.render() for listed in listing[start : start + limit]])))


def _refuse_unknown(ask: Ask, known: set[str]) -> None:
    # Ignoring a parameter silently would answer another question than the one asked.
    if unknown := set(ask.query) - known - OURS:
        raise _Refused(400, f"Invalid filter: {', '.join(sorted(unknown))}")


def _whole(ask: Ask, name: str, default: int) -> int:
    text = ask.query.get(name, str(default))
    if not text.isdecimal():
        raise _Refused(400, f"Invalid {name}")
    return int(text)


def _moment(ask: Ask, name: str) -> dt.datetime | None:
    """Read a bound written in the server's local time, if it is switched on."""
    if ask.query.get(name) != "on":
        return None
    try:
        local = dt.datetime.strptime(ask.query.get(f"{name}-value", ""), "%Y-%m-%d %H:%M")
    except ValueError:
        raise _Refused(400, f"Invalid {name}-value") from None
    return local.replace(tzinfo=PARIS).astimezone(dt.UTC)
