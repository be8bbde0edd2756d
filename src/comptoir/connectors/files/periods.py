"""Periods as senders write them: a year, a quarter, a month or a day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from comptoir.connectors.files.grid import plain_name
from comptoir.connectors.files.values import date, month


@dataclass(frozen=True)
class Period:
    """A span of days; ``code`` is ``2026``, ``2026-T3``, ``2026-07`` or ``2026-07-14``, ``last_month`` ``YYYY-MM``."""

    code: str
    grain: str
    starts_on: dt.date
    last_month: str


def period(text: str) -> Period | None:
    """Read ``2026``, ``T3 2026``, ``3e trimestre 2026``, ``juillet 2026``, ``07/2026``, ``14/07/2026``, ISO forms."""
    try:
        if re.fullmatch(r"(19|20)\d{2}", text):
            return Period(text, "year", dt.date(int(text), 1, 1), f"{text}-12")
        if quarter := _quarter(plain_name(text)):
            year, number = quarter
            return Period(f"{year}-T{number}", "quarter", dt.date(year, 3 * number - 2, 1), f"{year}-{3 * number:02d}")
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day := date(text)):
            return Period(day, "day", dt.date.fromisoformat(day), day[:7])
        if re.fullmatch(r"\d{4}-\d{2}", code := month(text)):
            return Period(code, "month", dt.date.fromisoformat(f"{code}-01"), code)
    except ValueError:
        pass
    return None


def _quarter(plain: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(?:t|trimestre_)?([1-4])(?:er|e|eme)?_?(?:t|trim|trimestre)?_(\d{4})", plain)
    if found and not re.fullmatch(r"\d_\d{4}", plain):
        return int(found[2]), int(found[1])
    found = re.fullmatch(r"(\d{4})_?[tq]([1-4])", plain)
    return (int(found[1]), int(found[2])) if found else None
