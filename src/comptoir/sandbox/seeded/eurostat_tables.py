"""The seeded world's Eurostat: nights, arrivals, capacity, and nights of the short-stay platforms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from comptoir.sandbox.clock import Clock
from comptoir.sandbox.eurostat import DIMENSIONS, LUXEMBOURG, Series, Wanted
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.lodging import Capacity, capacity
from comptoir.sandbox.seeded.nights import (
    ACTIVITIES,
    FIRST_MONTH,
    GEOS,
    SUMS,
    arrival_cells,
    monthly_series,
    night_cells,
    period_of,
    published_at,
)
from comptoir.sandbox.seeded.posts import FIRST_DAY

CAPACITY_DIMENSIONS = ("freq", "accomunit", "unit", "nace_r2", "geo")
PLATFORM_DIMENSIONS = ("freq", "indic_to", "c_resid", "unit", "month", "geo")
# Nights booked through the platforms, for a night in the other short-stay accommodation; nights of one stay.
PLATFORM_RATIO, PLATFORM_STAY = 1.7, 3.6


class SeededCube:
    """A table as it stood after a publication."""

    def __init__(
        self,
        label: str,
        dimensions: tuple[str, ...],
        periods: list[str],
        series: Iterable[Series],
        updated: dt.datetime,
    ) -> None:
        self.label = label
        self.dimensions = dimensions
        self.periods = periods
        self.updated = updated
        self._series = sorted(series)

    def codes(self) -> Mapping[str, list[str]]:
        """Return the codes that occur, by dimension."""
        return {name: sorted({codes[at] for codes, _ in self._series}) for at, name in enumerate(self.dimensions)}

    def series(self, wanted: Wanted) -> Iterable[Series]:
        """Yield the wanted series."""
        for codes, cells in self._series:
            if all(code in wanted.get(name, (code,)) for name, code in zip(self.dimensions, codes, strict=True)):
                yield codes, cells

    def bulk(self) -> None:
        """Return nothing: the file is written from the series."""
        return


class SeededWarehouse:
    """Eurostat's data sets, each with its own calendar of publication."""

    first_night = FIRST_DAY

    def __init__(self, seed: int, geos: Iterable[str]) -> None:
        geos = sorted({*GEOS, *geos})
        calendars: dict[str, tuple[Callable[[int, int], dt.datetime], Callable[[int], SeededCube]]] = {
            "tour_occ_nim": (published_at, partial(_nights, seed, geos)),
            "tour_occ_arm": (published_at, partial(_arrivals, seed, geos)),
            "tour_cap_nuts2": (_year_published_at, partial(_capacity, seed, geos)),
            "tour_ce_omn12": (_quarter_published_at, partial(_platform_nights, seed, geos)),
        }
        self._seed = seed
        self._tables = {name: (calendar, lru_cache(maxsize=4)(build)) for name, (calendar, build) in calendars.items()}

    def cube(self, dataset: str, clock: Clock) -> SeededCube | None:
        """Return a data set as of its last publication before the clock, or nothing when there is none such."""
        if dataset not in self._tables:
            return None
        calendar, build = self._tables[dataset]
        published = 0
        while calendar(self._seed, published) <= clock.now:
            published += 1
        return build(published)


def _nights(seed: int, geos: Sequence[str], published: int) -> SeededCube:
    label = "Nights spent at tourist accommodation establishments - monthly data"
    series = monthly_series(night_cells, seed, geos, published)
    return SeededCube(label, DIMENSIONS, _months(published), series, published_at(seed, published - 1))


def _arrivals(seed: int, geos: Sequence[str], published: int) -> SeededCube:
    label = "Arrivals at tourist accommodation establishments - monthly data"
    series = monthly_series(arrival_cells, seed, geos, published)
    return SeededCube(label, DIMENSIONS, _months(published), series, published_at(seed, published - 1))


def _months(published: int) -> list[str]:
    return [period_of(at) for at in range(published)]


@lru_cache(maxsize=256)
def _year_published_at(seed: int, at: int) -> dt.datetime:
    """Return when year number ``at`` (0 is 2019) first appears: in the July after it."""
    day = dt.date(FIRST_MONTH.year + at + 1, 7, 1 + chance(seed, "year published", at).randrange(20))
    return dt.datetime.combine(day, dt.time(11), LUXEMBOURG)


def _capacity(seed: int, geos: Sequence[str], published: int) -> SeededCube:
    years = [FIRST_MONTH.year + at for at in range(published)]
    label = "Number of establishments, bedrooms and bed-places by NUTS 2 region"
    updated = _year_published_at(seed, published - 1)
    return SeededCube(label, CAPACITY_DIMENSIONS, list(map(str, years)), _capacity_series(seed, geos, years), updated)


def _capacity_series(seed: int, geos: Sequence[str], years: Sequence[int]) -> Iterable[Series]:
    counts: dict[str, Callable[[Capacity], int]] = {
        "ESTBL": lambda found: found.establishments,
        "BEDRM": lambda found: found.units,
        "BEDPL": lambda found: found.bed_places,
    }
    for geo in geos:
        for activity in (*ACTIVITIES, *SUMS):
            for unit, count in counts.items():
                cells = []
                for year in years:
                    parts = [count(capacity(seed, geo, part, year)) for part in SUMS.get(activity, (activity,))]
                    # Pitches are no bedrooms: the publisher says nothing of them.
                    is_hidden = unit == "BEDRM" and activity != "I551"
                    cells.append(": " if is_hidden else f"{sum(parts)} {'p' if year == years[-1] else ''}")
                yield ("A", unit, "NR", activity, geo), cells


@lru_cache(maxsize=256)
def _quarter_published_at(seed: int, at: int) -> dt.datetime:
    """Return when quarter number ``at`` (0 is 2019 Q1) first appears: some four months after its end."""
    year, quarter = FIRST_MONTH.year + (at + 1) // 4, (at + 1) % 4
    day = dt.date(year, quarter * 3 + 1, 1) + dt.timedelta(
        days=chance(seed, "quarter published", at).randrange(105, 130)
    )
    return dt.datetime.combine(day, dt.time(11), LUXEMBOURG)


def _platform_nights(seed: int, geos: Sequence[str], published: int) -> SeededCube:
    years = [str(FIRST_MONTH.year + at) for at in range((published + 3) // 4)]
    label = (
        "Short-stay accommodation offered via online collaborative economy platforms by NUTS 2 region - monthly data"
    )
    series = _platform_series(seed, geos, published, len(years))
    return SeededCube(label, PLATFORM_DIMENSIONS, years, series, _quarter_published_at(seed, published - 1))


def _platform_series(seed: int, geos: Sequence[str], published: int, years: int) -> Iterable[Series]:
    months = published * 3
    for geo in geos:
        for residence, parts in (("DOM", ("DOM",)), ("FOR", ("FOR",)), ("TOTAL", ("DOM", "FOR"))):
            leaves = [night_cells(seed, geo, "I552", part, months) for part in parts]
            for measure, divisor in (("NGT_SP", 1.0), ("STY", PLATFORM_STAY)):
                # Each quarter is revised once, with the next one.
                nights = [
                    round(
                        PLATFORM_RATIO / divisor * sum(leaf[at].values[0 if at >= months - 3 else 2] for leaf in leaves)
                    )
                    for at in range(months)
                ]
                by_year = [nights[at * 12 : at * 12 + 12] for at in range(years)]
                for month in range(12):
                    cells = [
                        _platform_cell(year[month : month + 1], at * 12 + month, months)
                        for at, year in enumerate(by_year)
                    ]
                    yield ("A", measure, residence, "NR", f"M{month + 1:02d}", geo), cells
                whole = [f"{sum(year)} " if len(year) == 12 else ": " for year in by_year]
                yield ("A", measure, residence, "NR", "TOTAL", geo), whole


def _platform_cell(found: Sequence[int], at: int, months: int) -> str:
    return f"{found[0]} {'p' if at >= months - 3 else ''}" if found else ": "
