"""The part of Opendatasoft's query language that the sandbox speaks: comparisons, null tests, and, or, not."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

TOKEN = re.compile(
    r"""\s*(?:
    (?P<date>date\s*'[^']*') | (?P<text>'[^']*'|"[^"]*") | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<sign><=|>=|!=|<>|=|<|>) | (?P<bracket>[()]) | (?P<word>[^\W\d]\w*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
}
NUMBERS, DATES = {"int", "double"}, {"date", "datetime"}
Bounds = tuple[str | None, str | None]


class ODSQLError(ValueError):
    """The ``where`` or ``order_by`` text cannot be understood; says what and where."""


class Condition(Protocol):
    """A parsed ``where``."""

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row satisfies the condition."""
        ...

    def bounds(self, field: str) -> Bounds:
        """Return days (``YYYY-MM-DD``, inclusive) outside of which no row can match on a date field."""
        ...


@dataclass(frozen=True)
class Comparison:
    """``field sign literal``; a null never matches."""

    field: str
    kind: str
    sign: str
    literal: Any

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row satisfies the condition."""
        value = row.get(self.field)
        if value is None:
            return False
        return COMPARE[self.sign](f"{value}T00:00:00+00:00" if self.kind == "date" else value, self.literal)

    def bounds(self, field: str) -> Bounds:
        """Return the days outside of which no row can match."""
        if field != self.field or self.kind not in DATES or self.sign in ("!=", "<>"):
            return None, None
        day = self.literal[:10]
        return (None if self.sign in ("<", "<=") else day), (None if self.sign in (">", ">=") else day)


@dataclass(frozen=True)
class NullTest:
    """``field is [not] null``."""

    field: str
    negated: bool

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row satisfies the condition."""
        return (row.get(self.field) is None) != self.negated

    def bounds(self, field: str) -> Bounds:
        """Return no bound: null says nothing of days."""
        return None, None


@dataclass(frozen=True)
class Not:
    """``not condition``."""

    inner: Condition

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row satisfies the condition."""
        return not self.inner.matches(row)

    def bounds(self, field: str) -> Bounds:
        """Return no bound: the complement of an interval is not one."""
        return None, None


@dataclass(frozen=True)
class Both:
    """``left and right``."""

    left: Condition
    right: Condition

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row satisfies the condition."""
        return self.left.matches(row) and self.right.matches(row)

    def bounds(self, field: str) -> Bounds:
        """Return the intersection of both intervals."""
        (low, high), (other_low, other_high) = self.left.bounds(field), self.right.bounds(field)
        lows, highs = [b for b in (low, other_low) if b], [b for b in (high, other_high) if b]
        return max(lows, default=None), min(highs, default=None)


@dataclass(frozen=True)
class Either:
    """``left or right``."""

    left: Condition
    right: Condition

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row satisfies the condition."""
        return self.left.matches(row) or self.right.matches(row)

    def bounds(self, field: str) -> Bounds:
        """Return the hull of both intervals."""
        (low, high), (other_low, other_high) = self.left.bounds(field), self.right.bounds(field)
        return (min(low, other_low) if low and other_low else None), (
            max(high, other_high) if high and other_high else None
        )


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, str]) -> None:
        self.fields, self.tokens, at = fields, list[tuple[str, str]](), 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            if not found or not found.lastgroup:
                raise ODSQLError(f"ODSQL query is malformed: unexpected text at character {at + 1}.")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()

    def take(self, *words: str) -> bool:
        """Consume the given words if they come next."""
        ahead = [(kind, text.lower()) for kind, text in self.tokens[: len(words)]]
        if ahead == [("bracket" if w in "()" else "word", w) for w in words]:
            del self.tokens[: len(words)]
            return True
        return False

    def next(self, kind: str, wanted: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            found = f"'{self.tokens[0][1]}'" if self.tokens else "the end"
            raise ODSQLError(f"ODSQL query is malformed: expected {wanted}, found {found}.")
        return self.tokens.pop(0)[1]

    def either(self) -> Condition:
        left = self.both()
        while self.take("or"):
            left = Either(left, self.both())
        return left

    def both(self) -> Condition:
        left = self.single()
        while self.take("and"):
            left = Both(left, self.single())
        return left

    def single(self) -> Condition:
        if self.take("not"):
            return Not(self.single())
        if self.take("("):
            inner = self.either()
            self.next("bracket", "')'")
            return inner
        field = self.next("word", "a field")
        if field not in self.fields:
            raise ODSQLError(f"Unknown field: {field}.")
        if self.take("is", "not", "null"):
            return NullTest(field, negated=True)
        if self.take("is", "null"):
            return NullTest(field, negated=False)
        sign = self.next("sign", "a comparison")
        return Comparison(field, self.fields[field], sign, self.literal(field))

    def literal(self, field: str) -> Any:
        kind, text = self.tokens.pop(0) if self.tokens else ("", "the end")
        wanted = self.fields[field]
        if wanted in NUMBERS and kind == "number":
            return float(text)
        if wanted == "text" and kind == "text":
            return text[1:-1]
        if wanted in DATES and kind in ("date", "text"):
            return _utc(text[text.index("'" if "'" in text else '"') + 1 : -1])
        raise ODSQLError(f"ODSQL query is malformed: {text} cannot be compared with {field} ({wanted}).")


def _utc(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise ODSQLError(f"ODSQL query is malformed: '{text}' is not a date.") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def parse_where(text: str, fields: Mapping[str, str]) -> Condition:
    """Parse a ``where`` over fields given with their Opendatasoft types.

    Raises:
        ODSQLError: the text is outside the grammar, names an unknown field or compares unlike types.
    """
    parser = _Parser(text, fields)
    condition = parser.either()
    if parser.tokens:
        raise ODSQLError(f"ODSQL query is malformed: unexpected '{parser.tokens[0][1]}'.")
    return condition


def parse_order(text: str, fields: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Parse ``order_by`` into (field, descending) pairs.

    Raises:
        ODSQLError: an unknown field or direction.
    """
    orders = []
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise ODSQLError(f"ODSQL query is malformed: order_by '{part.strip()}'.")
        if words[0] not in fields:
            raise ODSQLError(f"Unknown field: {words[0]}.")
        orders.append((words[0], words[-1].lower() == "desc" and len(words) == 2))
    return orders
