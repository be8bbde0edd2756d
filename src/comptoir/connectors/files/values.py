"""French spellings of dates, months, numbers and yes/no, rewritten as the contract's field types want them.

A value that is not understood is left as it is: the contract's own rules then quarantine its row and say why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

from comptoir.connectors.files.grid import plain_name
from comptoir.inventory.schema import FieldSpec

Rewrite = Callable[[str], str | bool | None]
MONTH_PATTERN = "^[0-9]{4}-(0[1-9]|1[0-2])$"
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00(:00)?")
_GROUPED = re.compile(r"-?\d{1,3}([\s\u00a0\u202f']\d{3})+([.,]\d*)?")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_YES = frozenset({"oui", "o", "vrai", "true", "yes", "x", "1"})
_NO = frozenset({"non", "n", "faux", "false", "no", "0"})


def rewriter(spec: FieldSpec, *, decimal: str | None = None) -> Rewrite:
    """Return what rewrites a field's text.

    ``decimal``: the mark that the file uses, ``,`` or ``.``; ``None``: a lone mark is the decimal one, and of two
    kinds the last.
    """
    if spec.treatment in ("number", "coarse_location"):
        return partial(number, decimal=decimal, is_whole=spec.type == "bigint")
    if spec.treatment == "flag":
        return flag
    if spec.treatment == "time":
        return date if spec.type == "date" else moment
    if spec.pattern == MONTH_PATTERN:
        return month
    return partial(_code, pattern=re.compile(spec.pattern)) if spec.pattern else str


def _code(text: str, pattern: re.Pattern[str]) -> str:
    filled = zero_filled(text)
    return filled if not pattern.fullmatch(text) and pattern.fullmatch(filled) else text


def date(text: str) -> str:
    """``31/12/2026`` becomes ``2026-12-31``; an ISO instant at midnight is a day."""
    if match := _MIDNIGHT.fullmatch(text):
        return match[1]
    return moment(text)


def moment(text: str) -> str:
    """``31/12/2026 08:05`` becomes ``2026-12-31 08:05:00``, in the zone of the source."""
    match = _DATE.fullmatch(text)
    if not match:
        return text
    day, month_number, year, hour, minute, second = match.groups()
    try:
        at = dt.datetime(int(year), int(month_number), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return text
    return at.date().isoformat() if hour is None else at.isoformat(sep=" ")


def month(text: str) -> str:
    """``janvier 2026``, ``01/2026``, ``2026/1``, ``202601``, ``01/01/2026`` and ``2026-01-01`` become ``2026-01``."""
    plain = plain_name(text)
    year_first = re.fullmatch(r"(\d{4})_(\d{1,2})(_\d{1,2})?(_.*)?", plain) or re.fullmatch(r"(\d{4})(\d{2})", plain)
    if year_first:
        return _month(year_first[1], year_first[2], text)
    if year_last := re.fullmatch(r"(?:\d{1,2}_)?(\d{1,2})_(\d{4})", plain):
        return _month(year_last[2], year_last[1], text)
    word, _, year = plain.partition("_")
    for position, name in enumerate(_MONTHS, 1):
        if re.fullmatch(r"\d{4}", year) and word.startswith(name if len(word) > 3 else name[:3]):
            return _month(year, str(position), text)
    return text


def _month(year: str, number_of_month: str, text: str) -> str:
    return f"{year}-{int(number_of_month):02d}" if 1 <= int(number_of_month) <= 12 else text


def number(text: str, decimal: str | None = None, *, is_whole: bool = False) -> str:
    """``1 234,5 €`` becomes ``1234.5``; ``62,0`` is ``62`` where a whole number is wanted.

    Marks between digits count as thousands only where they stand like thousands: a telephone number stays text, and
    so is not let through as a number.
    """
    plain = text.removesuffix("€").strip()
    if _GROUPED.fullmatch(plain):
        plain = _SPACES.sub("", plain)
    mark = decimal
    if mark is None:
        last = max(plain.rfind(","), plain.rfind("."))
        mark = plain[last] if last >= 0 and plain.count(plain[last]) == 1 else ""
    for thousands in {",", "."} - {mark}:
        if thousands in plain and not re.fullmatch(rf"-?\d{{1,3}}(\{thousands}\d{{3}})+(\D\d*)?", plain):
            return text
        plain = plain.replace(thousands, "")
    plain = plain.replace(mark, ".") if mark else plain
    if is_whole and re.fullmatch(r"-?\d+\.0+", plain):
        plain = plain.partition(".")[0]
    return re.sub(r"^(-?)0+(?=\d{1,4}(\.|$))", r"\1", plain)


def flag(text: str) -> str | bool:
    """``oui``, ``VRAI``, ``x`` and ``1`` are true; ``non``, ``FAUX`` and ``0`` false."""
    plain = plain_name(text)
    return True if plain in _YES else False if plain in _NO else text


def zero_filled(text: str) -> str:
    """Give back the leading zero that a spreadsheet takes from ``01004``."""
    return text.zfill(5) if re.fullmatch(r"\d{4}", text) else text
