"""What a publisher is asked and what it answers, before it becomes HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.datastructures import QueryParams

from comptoir.sandbox.clock import Clock

Record = dict[str, Any]
Touch = Callable[[str, Iterable[Any]], Iterable[Any]]


def untouched(_kind: str, records: Iterable[Any]) -> Iterable[Any]:
    """Pass records on as they are: no fault is switched on."""
    return records


@dataclass(frozen=True)
class Ask:
    """One request: the publisher's own path and query, at a night's clock.

    ``url`` is the absolute URL asked without its query (page links repeat it); ``overlap`` asks for pages
    that repeat one row; ``touch`` lets faults alter records of a kind (account, status, report, tsv, jsonstat).
    """

    path: str
    query: QueryParams
    clock: Clock
    url: str
    authenticated: bool = False
    overlap: bool = False
    touch: Touch = untouched


@dataclass
class Answer:
    """A response: a JSON ``payload``, or a body streamed as ``chunks``."""

    payload: Any = None
    status: int = 200
    chunks: Iterable[bytes] | None = None
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """A publisher's protocol with a world behind it."""

    family: str
    first_night: dt.date

    def answer(self, ask: Ask) -> Answer:
        """Answer a request of the publisher's API."""
        ...

    def error(self, status: int, message: str) -> Answer:
        """Say in the publisher's own shape what went wrong."""
        ...
