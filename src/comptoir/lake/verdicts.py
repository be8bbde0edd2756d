"""Verdicts (the landing gate's) and decisions (people's), as append-only events; what they mean together."""

from __future__ import annotations

from typing import Literal

import msgspec

from comptoir.lake.landing import attempts, night_dir, now_text, write_atomically
from comptoir.settings import ComptoirError, Settings

Verdict = Literal["accepted", "held"]


class VerdictEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's judgement of one attempt of a source's night."""

    source: str
    night: str
    attempt: int
    verdict: Verdict
    reasons: list[str]
    warnings: list[str]
    at: str


class DecisionEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A person's decision. A hold covers the attempts there were; a release covers the newest one only."""

    source: str
    night: str
    attempt: int
    action: Literal["hold", "release"]
    reason: str
    by: str
    at: str


class FailureEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A source that could not be landed for a night."""

    source: str
    night: str
    error: str
    at: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What holds now for a source's night: the attempt to use, or why there is none."""

    attempt: int
    verdict: Verdict
    reasons: list[str]


def _append(
    settings: Settings, room: str, source: str, night: str, event: VerdictEvent | DecisionEvent | FailureEvent
) -> None:
    stamp = event.at.replace(":", "").replace("+0000", "Z")
    path = night_dir(settings, room, source, night) / f"{stamp}.json"
    write_atomically(path, msgspec.json.format(msgspec.json.encode(event)))


def record_verdict(
    settings: Settings, source: str, night: str, attempt: int, verdict: Verdict, reasons: list[str], warnings: list[str]
) -> VerdictEvent:
    """Append the gate's verdict on an attempt."""
    event = VerdictEvent(
        source=source,
        night=night,
        attempt=attempt,
        verdict=verdict,
        reasons=reasons,
        warnings=warnings,
        at=now_text(),
    )
    _append(settings, "verdicts", source, night, event)
    return event


def decide(
    settings: Settings, source: str, night: str, action: Literal["hold", "release"], reason: str, by: str
) -> None:
    """Append a person's decision on a night.

    Raises:
        ComptoirError: nothing was landed for that night, or no reason is given.
    """
    known = attempts(settings, source, night)
    if not known:
        raise ComptoirError(f"Nothing was landed for {source} on the night of {night}: nothing to {action}.")
    if not reason.strip():
        raise ComptoirError("Say why: a decision without a reason cannot be explained later (--reason).")
    event = DecisionEvent(
        source=source, night=night, attempt=known[-1], action=action, reason=reason, by=by, at=now_text()
    )
    _append(settings, "decisions", source, night, event)


def record_failure(settings: Settings, source: str, night: str, error: str) -> None:
    """Append the failure of a source to land."""
    _append(settings, "failures", source, night, FailureEvent(source=source, night=night, error=error, at=now_text()))


def verdicts(settings: Settings, source: str, night: str) -> dict[int, VerdictEvent]:
    """Latest verdict of each attempt."""
    latest: dict[int, VerdictEvent] = {}
    for path in sorted(night_dir(settings, "verdicts", source, night).glob("*.json")):
        event = msgspec.json.decode(path.read_bytes(), type=VerdictEvent)
        latest[event.attempt] = event
    return latest


def decisions(settings: Settings, source: str, night: str) -> list[DecisionEvent]:
    """All decisions on a night, oldest first."""
    return [
        msgspec.json.decode(path.read_bytes(), type=DecisionEvent)
        for path in sorted(night_dir(settings, "decisions", source, night).glob("*.json"))
    ]


def standing(settings: Settings, source: str, night: str) -> Standing | None:
    """What holds for a source's night: the newest attempt that stands accepted, else the newest one, held.

    ``None`` when no attempt has been judged.
    """
    judged = verdicts(settings, source, night)
    events = decisions(settings, source, night)
    newest: Standing | None = None
    for attempt in sorted(judged, reverse=True):
        verdict, reasons = judged[attempt].verdict, judged[attempt].reasons
        for event in events:
            if event.action == "release" and event.attempt == attempt:
                verdict, reasons = "accepted", [f"released by {event.by}: {event.reason}"]
            elif event.action == "hold" and attempt <= event.attempt:
                verdict, reasons = "held", [f"held by {event.by}: {event.reason}"]
        newest = newest or Standing(attempt=attempt, verdict=verdict, reasons=reasons)
        if verdict == "accepted":
            return Standing(attempt=attempt, verdict=verdict, reasons=reasons)
    return newest


def counting(settings: Settings, source: str, night: str) -> int | None:
    """The attempt that counts for a source's night: the accepted one, or the newest whole one if none is judged yet."""
    judged = standing(settings, source, night)
    if judged is not None:
        return judged.attempt if judged.verdict == "accepted" else None
    return max(attempts(settings, source, night), default=None)
