"""Simulated nights and arrivals in tourist accommodation: strong season, late publication, two restatements, holes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from comptoir.sandbox.clock import DAY
from comptoir.sandbox.eurostat import LUXEMBOURG, Series
from comptoir.sandbox.seeded.chance import chance

FIRST_MONTH = dt.date(2019, 1, 1)
LAG_DAYS = 75
# Nights a year (millions) in hotels, other short stays, camp sites; share of guests from abroad.
GEOS: dict[str, tuple[tuple[float, float, float], float]] = {
    "AT": ((83, 18, 8), 0.72), "BE": ((24, 12, 5), 0.46), "CH": ((42, 8, 4), 0.53), "DE": ((300, 85, 42), 0.19),
    "ES": ((345, 95, 47), 0.62), "FR": ((215, 110, 135), 0.32), "FRH0": ((7.4, 3.9, 11.2), 0.21),
    "IE": ((33, 9, 2), 0.5), "IT": ((280, 95, 68), 0.52), "LU": ((1.9, 0.3, 0.9), 0.88),
    "NL": ((57, 45, 25), 0.4), "PT": ((67, 9, 8), 0.66),
}  # fmt: skip
OTHER: tuple[tuple[float, float, float], float] = ((20, 6, 5), 0.45)
ACTIVITIES = ("I551", "I552", "I553")
SUMS = {"I551-I553": ("I551", "I552", "I553"), "I552_I553": ("I552", "I553")}
PROFILES = {
    "I551": (5.2, 5.6, 6.6, 8.0, 9.1, 9.6, 11.4, 12.6, 9.9, 8.8, 6.5, 6.7),
    "I552": (3.2, 4.4, 4.8, 7.4, 8.4, 9.6, 20.1, 22.6, 7.9, 5.4, 2.9, 3.3),
    "I553": (0.4, 0.5, 0.9, 4.3, 7.2, 11.9, 30.2, 33.5, 8.2, 1.9, 0.5, 0.5),
}
# Nights that a guest stays, over the year; guests from abroad and high summer stay longer.
STAYS = {"I551": 1.8, "I552": 4.2, "I553": 4.6}
# The years in which people could not travel: what was left of each month's nights.
HARD_MONTHS = {"2020-03": 0.45, "2020-04": 0.03, "2020-05": 0.07, "2020-06": 0.38, "2020-07": 0.72, "2020-08": 0.8,
               "2020-09": 0.66, "2020-10": 0.5, "2020-11": 0.16, "2020-12": 0.2, "2021-01": 0.2, "2021-02": 0.26,
               "2021-03": 0.24, "2021-04": 0.18, "2021-05": 0.45, "2021-06": 0.7}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A value at its three publications, with its flag once settled and what hides it (``:`` or ``: @C``)."""

    values: tuple[int, int, int]
    flag: str
    hidden: str


@lru_cache(maxsize=4096)
def published_at(seed: int, at: int) -> dt.datetime:
    """Return when month number ``at`` (0 is 2019-01) first appears: about 75 days after its end, at 11:00 or 23:00."""
    rng = chance(seed, "published", at)
    day = month_start(at + 1) - DAY + DAY * (LAG_DAYS + rng.randrange(-3, 4))
    while day.weekday() >= 5:
        day += DAY
    return dt.datetime.combine(day, dt.time(rng.choice([11, 23])), LUXEMBOURG)


def month_start(at: int) -> dt.date:
    """Return the first day of month number ``at`` (0 is 2019-01)."""
    return dt.date(FIRST_MONTH.year + at // 12, at % 12 + 1, 1)


def period_of(at: int) -> str:
    """Return month number ``at`` as ``YYYY-MM``."""
    return month_start(at).strftime("%Y-%m")


@lru_cache(maxsize=1024)
def night_cells(seed: int, geo: str, activity: str, residence: str, months: int) -> list[Cell]:
    """Return the nights of guests from the country (``DOM``) or from abroad (``FOR``), month by month."""
    rng = chance(seed, "nights", geo, activity, residence)
    (annual, foreign) = GEOS.get(geo, OTHER)
    share = foreign if residence == "FOR" else 1 - foreign
    size = annual[ACTIVITIES.index(activity)] * 1e6 * share
    cells = []
    for at in range(months):
        period, month = period_of(at), at % 12
        expected = size * PROFILES[activity][month] / 100 * 1.012 ** (at / 12) * HARD_MONTHS.get(period, 1.0)
        if residence == "FOR" and period in HARD_MONTHS:
            expected *= 0.55
        values = [expected * rng.gauss(1, 0.03)]
        for _ in range(2):
            values.append(values[-1] * (1 + (rng.uniform(-0.03, 0.03) if rng.random() < 0.85 else 0)))
        draw, hidden = rng.random(), ""
        if draw < 0.003 or (geo == "BE" and activity == "I553" and period == "2020-04"):
            hidden = ": "
        elif geo == "FRH0" and activity == "I553" and residence == "FOR" and month in (0, 1, 10, 11):
            hidden = ": @C"
        flag = "b" if geo == "NL" and period == "2023-01" else "u" if values[-1] < 9_000 else ""
        if not flag and geo in ("FR", "FRH0") and rng.random() < 0.2:
            flag = "e"
        first, second, third = (max(0, round(value)) for value in values)
        cells.append(Cell((first, second, third), flag, hidden))
    return cells


def stay_nights(activity: str, residence: str, month: int) -> float:
    """Return how many nights a guest stays; ``month`` is 0 to 11."""
    return STAYS[activity] * (1.15 if residence == "FOR" else 1.0) * (1.15 if month in (6, 7) else 0.96)


def arrival_cells(seed: int, geo: str, activity: str, residence: str, months: int) -> list[Cell]:
    """Return the arrivals that go with the nights; hidden where they are."""
    cells = []
    for at, cell in enumerate(night_cells(seed, geo, activity, residence, months)):
        first, second, third = (round(value / stay_nights(activity, residence, at % 12)) for value in cell.values)
        cells.append(replace(cell, values=(first, second, third)))
    return cells


def monthly_series(
    cells: Callable[[int, str, str, str, int], list[Cell]], seed: int, geos: Sequence[str], published: int
) -> Iterable[Series]:
    """Yield every series of a monthly table, sums and changes over a year included."""
    revisions = [min(2, published - 1 - at) for at in range(published)]
    for geo in geos:
        leaves = {
            (activity, residence): cells(seed, geo, activity, residence, published)
            for activity in ACTIVITIES
            for residence in ("DOM", "FOR")
        }
        for activity in (*ACTIVITIES, *SUMS):
            for residence, parts in (("DOM", ("DOM",)), ("FOR", ("FOR",)), ("TOTAL", ("DOM", "FOR"))):
                used = [leaves[a, r] for a in SUMS.get(activity, (activity,)) for r in parts]
                values = [sum(part[at].values[revisions[at]] for part in used) for at in range(published)]
                flags = ["p" if revisions[at] < 2 else used[0][at].flag for at in range(published)]
                hidden = [used[0][at].hidden if len(used) == 1 else "" for at in range(published)]
                codes = ("M", residence, "NR", activity, geo)
                yield codes, [h or f"{v} {f}" for v, f, h in zip(values, flags, hidden, strict=True)]
                yield ("M", residence, "PCH_SM", activity, geo), _changes(values, flags, hidden)


def _changes(values: list[int], flags: list[str], hidden: list[str]) -> list[str]:
    cells = []
    for at, value in enumerate(values):
        before = values[at - 12] if at >= 12 else 0
        if hidden[at] or not before or hidden[at - 12]:
            cells.append(hidden[at] or ": ")
        else:
            cells.append(f"{(value / before - 1) * 100:.1f} {flags[at]}")
    return cells
