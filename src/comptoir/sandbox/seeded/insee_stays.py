"""Simulated INSEE figures of stays: Eurostat's nights of the region, split over its départements and in thousands."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comptoir.sandbox.clock import DAY, PARIS
from comptoir.sandbox.melodi import Observation
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.lodging import REGION, capacity, shared_out
from comptoir.sandbox.seeded.nights import FIRST_MONTH, month_start, night_cells, period_of, stay_nights

LAG_DAYS = 55
# INSEE's activities and Eurostat's (NACE) are not numbered alike: INSEE's I552 are camp sites.
NACE = {"I551": "I551", "I552": "I553", "I553": "I552"}
MONTHLY = ("I551",)
RESIDENCES: Mapping[str, tuple[str, ...]] = {"_T": ("DOM", "FOR"), "250": ("DOM",), "1_X_250": ("FOR",)}
DEPARTMENTS = {"22": 0.19, "29": 0.29, "35": 0.24, "56": 0.28}
DIMENSIONS = ("GEO", "FREQ", "TIME_PERIOD", "ACTIVITY", "TOUR_MEASURE", "TOUR_RESID", "HOTEL_STA", "TERRTYPO",
              "UNIT_LOC_RANKING", "UNIT_MEASURE", "UNIT_MULT")  # fmt: skip
RATE = "PLACE_OCCUPANCY_RATE"


@dataclass(frozen=True, slots=True)
class Stays:
    """A month or a year of a place: nights and arrivals by residence (``DOM``, ``FOR``), bed places times days."""

    nights: Mapping[str, int]
    arrivals: Mapping[str, int]
    offered: float
    is_provisional: bool
    is_secret: bool


@lru_cache(maxsize=4096)
def month_published_at(seed: int, at: int) -> dt.datetime:
    """Return when month number ``at`` (0 is 2019-01) first appears: about 55 days after its end, at noon."""
    day = month_start(at + 1) - DAY + DAY * (LAG_DAYS + chance(seed, "insee published", at).randrange(-3, 4))
    return dt.datetime.combine(day, dt.time(12), PARIS)


def stay_observations(seed: int, published: int) -> Iterator[Observation]:
    """Yield the observations of the data set once ``published`` months are out: months of hotels, years of all."""
    for activity, nace in NACE.items():
        for (level, code), months in _by_place(seed, nace, published).items():
            above = frozenset({"REG-53"}) if level == "DEP" else frozenset[str]()
            if activity in MONTHLY:
                for at, stays in enumerate(months):
                    yield from _observations(level, code, above, activity, period_of(at), stays)
            for at in range(0, published - published % 12, 12):
                year = str(FIRST_MONTH.year + at // 12)
                yield from _observations(level, code, above, activity, year, _summed(months[at : at + 12]))


def _by_place(seed: int, nace: str, published: int) -> dict[tuple[str, str], list[Stays]]:
    found: dict[tuple[str, str], list[Stays]] = {("REG", "53"): [], **{("DEP", code): [] for code in DEPARTMENTS}}
    cells = {residence: night_cells(seed, REGION, nace, residence, published) for residence in ("DOM", "FOR")}
    for at in range(published):
        revision, month = min(2, published - 1 - at), at % 12
        first_day = month_start(at)
        days = calendar.monthrange(first_day.year, first_day.month)[1]
        offered = capacity(seed, REGION, nace, first_day.year).bed_places * days
        rng = chance(seed, "départements", nace, at)
        weights = {code: share * rng.uniform(0.95, 1.05) for code, share in DEPARTMENTS.items()}
        whole = {residence: cells[residence][at].values[revision] for residence in cells}
        parts = {residence: shared_out(count, weights) for residence, count in whole.items()}
        for (level, code), months in found.items():
            nights = whole if level == "REG" else {residence: parts[residence][code] for residence in parts}
            arrivals = {r: round(count / stay_nights(nace, r, month)) for r, count in nights.items()}
            is_secret = level == "DEP" and code == "22" and month in (0, 1)
            here = offered * (1 if level == "REG" else DEPARTMENTS[code])
            months.append(Stays(nights, arrivals, here, revision < 2, is_secret))
    return found


def _summed(months: Sequence[Stays]) -> Stays:
    return Stays(
        {r: sum(stays.nights[r] for stays in months) for r in ("DOM", "FOR")},
        {r: sum(stays.arrivals[r] for stays in months) for r in ("DOM", "FOR")},
        sum(stays.offered for stays in months),
        any(stays.is_provisional for stays in months),
        is_secret=False,
    )


def _observations(
    level: str, code: str, above: frozenset[str], activity: str, period: str, stays: Stays
) -> Iterator[Observation]:
    attributes = {"OBS_STATUS": "P" if stays.is_provisional else "A", "CONF_STATUS": "F", "DECIMALS": "2"}
    for residence, parts in RESIDENCES.items():
        for measure, counts in (("NUI", stays.nights), ("ARR", stays.arrivals)):
            codes = _codes(activity, period, measure, residence, "3")
            if stays.is_secret and residence != "_T":
                secret = {"OBS_STATUS": "M", "CONF_STATUS": "C"}
                yield Observation(level, code, above, codes, None, secret)
                continue
            # Settled figures sometimes come without their attributes.
            are_told = stays.is_provisional or len(period) == 4 or period[-1] != "6"
            value = round(sum(counts[part] for part in parts) / 1000, 2)
            yield Observation(level, code, above, codes, value, attributes if are_told else None)
    rate = min(97.0, 100 * sum(stays.nights.values()) / stays.offered)
    codes = _codes(activity, period, RATE, "_T", "0")
    yield Observation(level, code, above, codes, round(rate, 1), {**attributes, "DECIMALS": "1"})


def _codes(activity: str, period: str, measure: str, residence: str, power: str) -> dict[str, str]:
    return {
        "FREQ": "A" if len(period) == 4 else "M",
        "TIME_PERIOD": period,
        "ACTIVITY": activity,
        "TOUR_MEASURE": measure,
        "TOUR_RESID": residence,
        "HOTEL_STA": "_T",
        "TERRTYPO": "_T",
        "UNIT_LOC_RANKING": "_T",
        "UNIT_MEASURE": "PERCENT" if measure == RATE else measure,
        "UNIT_MULT": power,
    }
