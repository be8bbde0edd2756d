"""What a publisher is asked and what it answers, before it becomes HTTP."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, ClassVar

from starlette.datastructures import Headers, QueryParams

from comptoir.sandbox.clock import Clock

Record = dict[str, Any]
Touch = Callable[[str, Iterable[Any]], Iterable[Any]]


def untouched(_kind: str, records: Iterable[Any]) -> Iterable[Any]:
    """Pass records on as they are: no fault is switched on."""
    return records


@dataclass(frozen=True)
class Ask:
    """One request: the publisher's own path and query, at a night's clock.

    ``url`` is the absolute URL asked without its query (page links repeat it), ``raw_query`` that query byte for
    byte, for signatures; ``overlap`` asks for pages that repeat one row and ``shifted`` for pages after the first
    that leave one out; ``touch`` lets faults alter records of a kind; ``skew_seconds`` is how far the publisher's own
    clock is off.
    """

    path: str
    query: QueryParams
    clock: Clock
    url: str
    raw_query: str = ""
    method: str = "GET"
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    overlap: bool = False
    shifted: bool = False
    skew_seconds: float = 0.0
    touch: Touch = untouched

    @property
    def bearer(self) -> str:
        """The token of an ``Authorization: Bearer`` header, or nothing."""
        return self.headers.get("authorization", "").removeprefix("Bearer ").strip()

    def start(self, offset: int) -> int:
        """Where a page that asks for an offset begins once faults had their say."""
        return max(0, offset - self.overlap + self.shifted) if offset else 0


@dataclass
class Answer:
    """A response: a JSON ``payload``, or a body streamed as ``chunks``."""

    payload: Any = None
    status: int = 200
    chunks: Iterable[bytes] | None = None
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordKind:
    """What a kind of record holds, for the faults that touch it: names of its fields, at any depth.

    ``keys`` identify the record: an absurd row loses them. ``codes`` are bounded by the contract. ``added`` and
    ``removed`` are what a drifted schema brings and takes away (top level). ``snapshot``: one record an account, so
    that each is absurd when rows are. ``streamed``: sent in one body, so that ``duplicate-page`` repeats rows in it.
    """

    keys: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    added: tuple[str, Any] = ("nouveau_champ", 3)
    removed: tuple[str, ...] = ()
    snapshot: bool = False
    streamed: bool = False


class Publisher:
    """A publisher's protocol with a world behind it. ``kinds`` describes the records that it lets faults touch."""

    family: ClassVar[str]
    kinds: ClassVar[Mapping[str, RecordKind]] = {}
    first_night: dt.date

    def answer(self, ask: Ask) -> Answer:
        """Answer a request of the publisher's API."""
        raise NotImplementedError

    def error(self, status: int, message: str) -> Answer:
        """Say in the publisher's own shape what went wrong."""
        return Answer({"error": message}, status=status)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Refuse the publisher's own way because too much was asked; times are on the real clock."""
        return Answer(
            chunks=[b"Too Many Requests"],
            status=429,
            media_type="text/plain",
            headers={"Retry-After": str(int((free_at(for_the_day=for_the_day) - now()).total_seconds()))},
        )

    def error_in_200(self, answer: Answer) -> Answer:
        """Fail the publisher's own way inside an answer that claims success."""
        return Answer({"error": "There was a temporary problem serving your request, please try again"})


def now() -> dt.datetime:
    """The real instant, to the second: what clients wait for is on their own clock."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def free_at(*, for_the_day: bool) -> dt.datetime:
    """When a throttled client may come back: in a second, or tomorrow."""
    return now() + (dt.timedelta(days=1) if for_the_day else dt.timedelta(seconds=1))


def gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a body on its way out."""
    packer = zlib.compressobj(wbits=31)  # a gzip header without date or name: same content, same bytes
    for chunk in chain(chunks, [None]):
        if packed := packer.flush() if chunk is None else packer.compress(chunk):
            yield packed
