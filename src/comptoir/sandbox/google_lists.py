"""Google's lists: their envelope, their page tokens, the parts of a resource that were asked for."""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from comptoir.sandbox.answers import Answer, Ask, Record


class Refused(Exception):
    """What is asked for cannot be had; ``reason`` is Google's code."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason


def envelope(kind: str, items: list[Any] | None, total: int | None = None, **tokens: str) -> Record:
    """Wrap a list; without ``items`` it has none, as the real one has when nothing is known."""
    count = len(items or [])
    body: Record = {"kind": f"youtube#{kind}Response", "etag": "comptoir", **tokens}
    body["pageInfo"] = {"totalResults": count if total is None else total, "resultsPerPage": count}
    return body if items is None else {**body, "items": items}


def page_of(ask: Ask, kind: str, items: Sequence[Record], usual: int, most: int) -> Answer:
    """Return the page asked for, of ``usual`` items unless ``maxResults`` says otherwise.

    Raises:
        Refused: ``maxResults`` is over ``most`` or the page token is none of ours.
    """
    limit = ask.query.get("maxResults", str(usual))
    if not limit.isdecimal() or int(limit) > most:
        raise Refused(400, "invalidParameter", f"maxResults must be between 0 and {most}")
    offset = _offset(ask)
    start = ask.start(offset)
    # Pages that overlap do so because a row came on top meanwhile: none is longer for it, the list is.
    page = list(items[start : (start if ask.overlap else offset) + int(limit)])
    tokens = {}
    if offset + int(limit) < len(items) + ask.overlap:
        tokens["nextPageToken"] = _token(offset + int(limit))
    if offset:
        tokens["prevPageToken"] = _token(max(0, offset - int(limit)))
    return Answer(envelope(kind, page, len(items), **tokens))


def _token(offset: int) -> str:
    return urlsafe_b64encode(f"page:{offset}".encode()).decode()


def _offset(ask: Ask) -> int:
    if "pageToken" not in ask.query:
        return 0
    try:
        head, _, number = urlsafe_b64decode(ask.query["pageToken"]).decode().partition(":")
    except ValueError:
        head, number = "", ""
    if head != "page" or not number.isdecimal():
        raise Refused(400, "invalidPageToken", "The request specifies an invalid page token.")
    return int(number)


def ids_of(ask: Ask) -> list[str]:
    """Return the ids asked for, repeated or separated by commas, each once.

    Raises:
        Refused: there is none, or more than 50.
    """
    ids = [one for text in ask.query.getlist("id") for one in text.split(",") if one]
    if not 1 <= len(ids) <= 50:
        raise Refused(400, "invalidFilters", "The request specifies an invalid number of ids.")
    return list(dict.fromkeys(ids))


def parts_of(ask: Ask, record: Record) -> Record:
    """Keep what was asked for, and what every resource has."""
    wanted: Iterable[str] = {"kind", "etag", "id", *ask.query["part"].split(",")}
    return {name: value for name, value in record.items() if name in wanted}


def instant(ask: Ask, name: str) -> dt.datetime | None:
    """Return a time of the query, if it has one.

    Raises:
        Refused: it is no time.
    """
    if name not in ask.query:
        return None
    try:
        moment = dt.datetime.fromisoformat(ask.query[name])
    except ValueError:
        raise Refused(400, "invalidParameter", f"{name} is no RFC 3339 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
