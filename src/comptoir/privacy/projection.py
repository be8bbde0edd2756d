"""The only way to the disk: a record keeps its declared fields, each through its treatment, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from comptoir.inventory.schema import FieldSpec, Stream
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.privacy.redaction import redact, redact_business, redact_place

MAX_TEXT_LENGTH = 50_000
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,9})(?:\.\d{1,12})?")
_PRINTABLE_NAME = re.compile(r"[\w]{1,60}")

Treat = Callable[[Any], Any]


class Unfit(Exception):
    """A value that its field's treatment does not let through; says why, never what."""


def unfit_marker(reason: str, value: Any) -> dict[str, Any]:
    """What is written in place of a value that may hide an identity."""
    marker: dict[str, Any] = {"$unfit": reason, "type": type(value).__name__}
    if isinstance(value, str | list):
        marker["length"] = len(value)
    return marker


def html_to_text(html: str) -> str:
    """Plain text of an HTML fragment; paragraphs and line breaks become new lines."""
    spaced = re.sub(r"(?i)<br\s*/?>|</p>\s*(?=<p)", "\n", html)
    text = LexborHTMLParser(f"<body>{spaced}</body>").text(deep=True)
    return text.strip()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("not_text")
    if "\x00" in value:
        raise Unfit("nul_byte")
    if len(value) > MAX_TEXT_LENGTH:
        raise Unfit("too_long")
    return value


def _cached(clean: Callable[[str], str]) -> Treat:
    """Short labels repeat all night long; long texts do not."""
    cached = lru_cache(maxsize=8192)(clean)
    return lambda value: cached(_text(value)) if isinstance(value, str) and len(value) <= 120 else clean(_text(value))


def _html(value: Any) -> str:
    return redact(html_to_text(_text(value)))


def _time(value: Any) -> str:
    if not (isinstance(value, str) and _TIME.fullmatch(value)):
        raise Unfit("not_a_time")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise Unfit("not_a_number")
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return value
    raise Unfit("not_a_number")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("not_a_flag")
    return value


def _coarse(value: Any) -> float:
    """About 100 m: enough to draw a map of a town, not to find a door."""
    return round(float(_number(value)), 3)


def _code(pattern: str) -> Treat:
    compiled = re.compile(pattern)

    @lru_cache(maxsize=8192)
    def fits(value: str) -> bool:
        return compiled.fullmatch(value) is not None

    def treat(value: Any) -> str:
        if not (isinstance(value, str) and fits(value)):
            raise Unfit("unknown_code")
        return value

    return treat


def _pseudonym(pseudonymiser: Pseudonymiser, kind: str) -> Treat:
    def treat(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise Unfit("not_an_identity")
        pseudonym = pseudonymiser.pseudonym(kind, str(value))
        if pseudonym is None:
            raise Unfit("not_an_identity")
        return pseudonym

    return treat


def _each(treat: Treat) -> Treat:
    def treat_all(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Unfit("not_a_list")
        return [treat(item) for item in value]

    return treat_all


def _treatment(spec: FieldSpec, pseudonymiser: Pseudonymiser) -> Treat:
    simple: dict[str, Treat] = {
        "context": lambda value: value,
        "number": _number,
        "flag": _flag,
        "time": _time,
        "html": _html,
        "coarse_location": _coarse,
    }
    if spec.treatment == "pseudonym":
        treat = _pseudonym(pseudonymiser, spec.kind or "")
    elif spec.treatment == "code":
        treat = _code(spec.pattern or "")
    elif spec.treatment in ("text", "free_text"):
        treat = _cached(redact)
    elif spec.public is not None:
        treat = _cached(redact_business if spec.public.of == "business" else redact_place)
    else:
        treat = simple[spec.treatment]
    return _each(treat) if spec.type == "text[]" else treat


_ABSENT = object()


@dataclass(frozen=True)
class _PublicWhere:
    """A name that is public in some records only: the field that tells, and what is done to the name elsewhere."""

    field: str
    path: tuple[str, ...]
    told_by: tuple[str, ...]
    matches: re.Pattern[str]
    elsewhere: Treat

    def holds(self, record: Mapping[str, Any]) -> bool:
        told = _walk(record, self.told_by)
        values = told if isinstance(told, list) else [told]
        return any(isinstance(value, str) and self.matches.fullmatch(value.strip()) for value in values)


def _walk(record: Any, segments: tuple[str, ...]) -> Any:
    for segment in segments:
        if not (type(record) is dict or isinstance(record, Mapping)):
            return _ABSENT
        record = record.get(segment, _ABSENT)
    return record


def _treated(treat: Treat, value: Any) -> Any:
    if value is None:
        return None
    try:
        return treat(value)
    except Unfit as reason:
        return unfit_marker(str(reason), value)


@dataclass
class Presence:
    """What was met in a stream-night: in how many records each declared field came, and undeclared ones (names only).

    A field that says what was asked counts once for each thing asked.
    """

    records: int = 0
    present: dict[str, int] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)


class Projector:
    """Projects records of one stream on its contract.

    The result maps each contract field to a JSON value: treated, ``None`` when the publisher said nothing, or an
    *unfit marker* when the value did not have the shape that its treatment demands (conform quarantines the row).
    Undeclared fields are dropped; their names and JSON types are counted in ``presence``.
    """

    def __init__(
        self, stream: Stream, pseudonymiser: Pseudonymiser, constants: Mapping[str, str] | None = None
    ) -> None:
        self.presence = Presence()
        self._constants = dict(constants or {})
        self._asked: list[tuple[str, tuple[str, ...], Treat]] = []
        self._plan: list[tuple[str, str, tuple[str, ...], Treat]] = []
        self._public_where: list[_PublicWhere] = []
        for name, spec in stream.fields.items():
            if spec.path is None or name in self._constants:
                continue
            first, *rest = spec.path.split(".")
            treat = _treatment(spec, pseudonymiser)
            if spec.public and (where := spec.public.only_where):
                told_by = (stream.fields[where.field].path or "").split(".")
                matches = re.compile(where.matches, re.IGNORECASE)
                self._public_where.append(_PublicWhere(name, (first, *rest), tuple(told_by), matches, _cached(redact)))
            if first == "ctx":
                self._asked.append((name, tuple(rest), treat))
            else:
                self._plan.append((name, first, tuple(rest), treat))
        self._known = frozenset({first for _, first, _, _ in self._plan}) | stream.ignored | {"ctx"}
        names = [name for name, _, _ in self._asked] + [name for name, _, _, _ in self._plan]
        self.presence.present = dict.fromkeys(names, 0)
        self._context: Mapping[str, Any] | None = None
        self._fixed: dict[str, Any] = {}

    def project(self, record: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        """Project one publisher's record; ``context`` is what was asked (configuration, never people)."""
        presence = self.presence
        presence.records += 1
        if context is not self._context:
            self._enter(context)
        present, projected = presence.present, dict(self._fixed)
        for name, first, rest, treat in self._plan:
            value = record.get(first, _ABSENT)
            if rest:
                value = _walk(value, rest)
            if value is _ABSENT:
                projected[name] = None
                continue
            present[name] += 1
            if value is not None:
                try:
                    value = treat(value)
                except Unfit as reason:
                    value = unfit_marker(str(reason), value)
            projected[name] = value
        for public in self._public_where:
            if not public.holds(record) and (value := _walk(record, public.path)) is not _ABSENT:
                projected[public.field] = _treated(public.elsewhere, value)
        if not self._known.issuperset(record):
            self._note_added(record)
        return projected

    def _enter(self, context: Mapping[str, Any]) -> None:
        """Treat what was asked once for all the records that answer it."""
        self._context, self._fixed = context, dict(self._constants)
        for name, segments, treat in self._asked:
            value = _walk(context, segments)
            self._fixed[name] = None if value is _ABSENT else _treated(treat, value)
            self.presence.present[name] += value is not _ABSENT

    def _note_added(self, record: Mapping[str, Any]) -> None:
        for name in record.keys() - self._known:
            # A field's *name* comes from outside too: keep it only if it looks like one. What a file without a header
            # has in its place (``12_rue_du_port``) reads as the text that it was.
            is_name = isinstance(name, str) and _PRINTABLE_NAME.fullmatch(name) is not None
            text = name.replace("_", " ") if is_name else ""
            shown = name if is_name and redact(text) == text else "(unprintable)"
            self.presence.added.setdefault(shown, type(record[name]).__name__)


def fields_removed(stream: Stream, presence: Presence) -> list[str]:
    """Fields that the publisher always sent and that no record of the night carried."""
    if not presence.records:
        return []
    return [
        name
        for name, count in presence.present.items()
        if count == 0 and not stream.fields[name].optional and stream.fields[name].treatment != "context"
    ]
