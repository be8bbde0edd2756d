"""Faults by name: what publishers do on bad days. Only throttling keeps a count; everything else is stateless.

A fault is written ``[source:]name[=value][@night[..night]]``: ``mastodon:throttle``, ``slow=0.5``,
``opendatasoft:down@2026-08-03..2026-08-05``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from comptoir.sandbox.answers import Answer, Publisher, RecordKind, Touch, untouched
from comptoir.sandbox.faulty_records import RECORD_FAULTS
from comptoir.settings import ConfigError

# Which requests of a source's night a throttling publisher refuses: at the start, and again in the middle of a walk.
REFUSED_REQUESTS = {1, 2, 5, 6}
REPEATED_EVERY = 100
DEFAULT_DELAY = 3.0
DEFAULT_SKEW = 10_800.0
HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Maintenance en cours</h1></body></html>"
RESPONSE_FAULTS = {
    "throttle",
    "throttle-storm",
    "truncate",
    "html-error",
    "error-in-200",
    "duplicate-page",
    "shifting-offset",
    "clock-skew",
    "slow",
    "auth-expiry",
    "down",
}
NAMES = sorted({*RESPONSE_FAULTS, *RECORD_FAULTS})


@dataclass(frozen=True)
class Fault:
    """A named fault, perhaps of one source only, on some nights only."""

    name: str
    value: str = ""
    source: str = ""
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read ``[source:]name[=value][@night[..night]]``.

        Raises:
            ConfigError: the name is unknown or a night is not a date.
        """
        head, _, nights = text.strip().partition("@")
        source, _, named = head.rpartition(":")
        name, _, value = named.partition("=")
        if name not in NAMES:
            raise ConfigError(f"Unknown fault '{name}' in --faults {text}. Known: {', '.join(NAMES)}.")
        first, _, last = nights.partition("..")
        try:
            if name in ("slow", "clock-skew") and value:
                float(value)
            if not nights:
                return cls(name, value, source)
            return cls(name, value, source, dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))
        except ValueError as error:
            raise ConfigError(f"'{text}' is not a fault: {error}. Write e.g. mastodon:slow=2@2026-08-03.") from error

    def applies(self, source: str, night: dt.date) -> bool:
        """Tell whether the fault is on for a source and night."""
        return self.source in ("", source) and self.first <= night <= self.last


class Faults:
    """The faults switched on, and what they do to a request and its answer."""

    def __init__(self, faults: Iterable[str | Fault] = ()) -> None:
        self.faults = [fault if isinstance(fault, Fault) else Fault.parse(fault) for fault in faults]
        self._requests: Counter[str] = Counter()

    def on(self, source: str, night: dt.date) -> dict[str, str]:
        """Return the names (and values) of the faults on for a source and night."""
        return {fault.name: fault.value for fault in self.faults if fault.applies(source, night)}

    def delay_seconds(self, active: dict[str, str]) -> float:
        """Return how long the publisher takes before it answers."""
        return float(active["slow"] or DEFAULT_DELAY) if "slow" in active else 0.0

    def skew_seconds(self, active: dict[str, str]) -> float:
        """Return how far ahead the publisher's clock is."""
        return float(active["clock-skew"] or DEFAULT_SKEW) if "clock-skew" in active else 0.0

    def touch(self, active: dict[str, str], publisher: Publisher) -> Touch:
        """Return what alters records on their way out."""
        changes: list[Touch] = [
            partial(RECORD_FAULTS[name], publisher.kinds) for name in active if name in RECORD_FAULTS
        ]
        if "duplicate-page" in active:
            changes.append(partial(_repeat_rows, publisher.kinds))
        if not changes:
            return untouched
        return partial(_in_turn, changes)

    def refusal(self, active: dict[str, str], publisher: Publisher, asked: str) -> Answer | None:
        """Return the answer given instead of the publisher's, if a fault refuses what a source's night asks."""
        if "down" in active:
            return Answer(chunks=[b"upstream connect error"], status=503, media_type="text/plain")
        if "auth-expiry" in active:
            return publisher.error(401, "The access token was revoked")
        if "throttle-storm" in active:
            return publisher.throttled(for_the_day=True)
        if "throttle" in active:
            self._requests[asked] += 1
            if self._requests[asked] in REFUSED_REQUESTS:
                return publisher.throttled(for_the_day=False)
        return None

    def spoil(self, active: dict[str, str], publisher: Publisher, answer: Answer) -> Answer:
        """Return the answer as a faulty publisher would have sent it."""
        if answer.status != 200:
            return answer
        if "html-error" in active:
            return Answer(chunks=[HTML], media_type="text/html; charset=utf-8")
        if "error-in-200" in active:
            return publisher.error_in_200(answer)
        if "truncate" in active:
            body = msgspec.json.encode(answer.payload) if answer.chunks is None else b"".join(answer.chunks)
            answer.chunks = [body[: len(body) * 3 // 5]]
        return answer


def _in_turn(changes: Sequence[Touch], kind: str, records: Iterable[Any]) -> Iterable[Any]:
    for change in changes:
        records = change(kind, records)
    return records


def _repeat_rows(kinds: Mapping[str, RecordKind], kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Send one row in a hundred of a stream twice; pages repeat rows by overlapping instead."""
    for at, record in enumerate(records):
        yield record
        if (kind == "tsv" or (kind in kinds and kinds[kind].streamed)) and at % REPEATED_EVERY == REPEATED_EVERY - 1:
            yield record
