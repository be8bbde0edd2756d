"""The year of the simulated region: how busy a day is, who is there, and what was planted to happen."""

from __future__ import annotations

import csv
import datetime as dt
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planted:
    """Something that happens every year from ``month``-``day`` on, for ``days`` days."""

    name: str
    month: int
    day: int
    days: int
    theme: str


PLANTED = (
    Planted("beach_closure", 7, 18, 4, "plages"),
    Planted("beach_closure", 9, 19, 3, "plages"),
    Planted("viral_post", 10, 24, 1, "paysages"),
    Planted("viral_post", 5, 2, 1, "paysages"),
    Planted("parking_row", 11, 7, 6, "stationnement"),
)


def planted(day: dt.date) -> dict[str, int]:
    """Return the planted events of a day, each with the number of days since it began."""
    found = {}
    for event in PLANTED:
        age = (day - dt.date(day.year, event.month, event.day)).days
        if 0 <= age < event.days:
            found[event.name] = age
    return found


class Season:
    """How busy each day is, from the season, school holidays and the weekday."""

    def __init__(self, school_holidays: Path, zone: str) -> None:
        self._holidays: set[dt.date] = set()
        with school_holidays.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["zone_code"] == zone and row["ends_on"] >= "2025":
                    first, last = dt.date.fromisoformat(row["starts_on"]), dt.date.fromisoformat(row["ends_on"])
                    self._holidays.update(first + DAY * at for at in range((last - first).days + 1))
        self.level = lru_cache(maxsize=4096)(self._level)

    def _level(self, day: dt.date) -> float:
        # A bell around 1 August, about 20 days wide each way, over a quiet winter.
        bell = math.exp(-(((day - dt.date(day.year, 8, 1)).days / 38) ** 2))
        holidays = 0.25 if day in self._holidays else 0.0
        return 0.8 + 1.3 * bell + holidays

    def visitor_share(self, day: dt.date) -> float:
        """Return the share of visitors among people who post about the territory."""
        return min(0.62, 0.12 + 0.24 * (self.level(day) - 0.8))

    def coastal_share(self, day: dt.date) -> float:
        """Return the extra share of what happens on the coast."""
        return min(0.55, 0.12 + 0.3 * (self.level(day) - 0.8))
