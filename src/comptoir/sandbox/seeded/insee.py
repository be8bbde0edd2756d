"""The seeded world's INSEE: the region's tourism by département, its capacity and its dwellings by commune."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comptoir.sandbox.clock import PARIS, Clock
from comptoir.sandbox.melodi import DataSet, Observation
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.insee_stays import DIMENSIONS as STAY_DIMENSIONS
from comptoir.sandbox.seeded.insee_stays import NACE, month_published_at, stay_observations
from comptoir.sandbox.seeded.lodging import commune_capacity
from comptoir.sandbox.seeded.places import Place
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.region import Region

FIRST_CAPACITY, FIRST_CENSUS = 2022, 2021
CENSUS_LAG_YEARS = 3
# A census is compared with those of six and eleven years before.
CENSUS_STEPS = (11, 6, 0)


@dataclass(frozen=True)
class _Table:
    """``published_at`` and ``build`` take the number of the publication, 0 for the first."""

    title: str
    dimensions: Sequence[str]
    published_at: Callable[[int], dt.datetime]
    build: Callable[[int], Iterable[Observation]]


class SeededMelodi:
    """Three data sets of Bretagne, each with its own calendar of publication."""

    first_night = FIRST_DAY

    def __init__(self, region: Region) -> None:
        self._seed = region.seed
        self._region = region
        self._tables = {
            "DS_TOUR_FREQ": _Table(
                "Fréquentation des hébergements touristiques",
                STAY_DIMENSIONS,
                lambda at: month_published_at(region.seed, at),
                lambda at: stay_observations(region.seed, at + 1),
            ),
            "DS_TOUR_CAP": _Table(
                "Capacité des hébergements touristiques",
                ("GEO", "FREQ", "TIME_PERIOD", "ACTIVITY", "TOUR_MEASURE", "UNIT_LOC_RANKING", "UNIT_MEASURE",
                 "UNIT_MULT"),
                lambda at: self._noon(FIRST_CAPACITY + at, 4, "capacity published"),
                lambda at: self._capacity(range(FIRST_CAPACITY, FIRST_CAPACITY + at + 1)),
            ),
            "DS_RP_LOGEMENT_PRINC": _Table(
                "Logements par catégorie (recensement de la population)",
                ("GEO", "FREQ", "TIME_PERIOD", "RP_MEASURE", "OCS", "TDW"),
                lambda at: self._noon(FIRST_CENSUS + at + CENSUS_LAG_YEARS, 6, "census published"),
                lambda at: self._dwellings(FIRST_CENSUS + at),
            ),
        }  # fmt: skip
        self._data_set = lru_cache(maxsize=12)(self._published)

    def data_sets(self) -> Sequence[str]:
        """Return the identifiers of the data sets."""
        return sorted(self._tables)

    def data_set(self, identifier: str, clock: Clock) -> DataSet | None:
        """Return a data set as of its last publication before the clock."""
        if identifier not in self._tables:
            return None
        published = 0
        while self._tables[identifier].published_at(published) <= clock.now:
            published += 1
        return self._data_set(identifier, published - 1)

    def _published(self, identifier: str, at: int) -> DataSet:
        table = self._tables[identifier]
        observations = list(table.build(at))
        chance(self._seed, identifier, at).shuffle(observations)  # the publisher's order says nothing
        return DataSet(identifier, table.title, table.published_at(at), table.dimensions, observations)

    def _noon(self, year: int, month: int, salt: str) -> dt.datetime:
        day = dt.date(year, month, 1 + chance(self._seed, salt, year).randrange(28))
        return dt.datetime.combine(day, dt.time(12), PARIS)

    def _capacity(self, years: Iterable[int]) -> Iterator[Observation]:
        places = self._region.places
        for year in years:
            for activity, nace in NACE.items():
                for code, found in commune_capacity(self._seed, places.all, nace, year).items():
                    for measure, value in (("UNIT_LOC", found.establishments), ("PLACE", found.units)):
                        codes = {
                            "FREQ": "A",
                            "TIME_PERIOD": str(year),
                            "ACTIVITY": activity,
                            "TOUR_MEASURE": measure,
                            "UNIT_LOC_RANKING": "_T",
                            "UNIT_MEASURE": measure,
                            "UNIT_MULT": "0",
                        }
                        attributes = {"OBS_STATUS": "A", "CONF_STATUS": "F", "DECIMALS": "0"}
                        yield Observation("COM", code, _above(places.by_code[code]), codes, value, attributes)

    def _dwellings(self, census: int) -> Iterator[Observation]:
        for year in (census - step for step in CENSUS_STEPS):
            for place in self._region.places.all:
                for occupation, value in dwellings(self._seed, place, year).items():
                    codes = {
                        "FREQ": "A",
                        "TIME_PERIOD": str(year),
                        "RP_MEASURE": "DWELLINGS",
                        "OCS": occupation,
                        "TDW": "_T",
                    }
                    # The census publishes no attributes.
                    yield Observation("COM", place.code, _above(place), codes, value, None)


def dwellings(seed: int, place: Place, year: int) -> dict[str, float]:
    """Return a commune's dwellings by what they serve for, with the decimals that a census by sample gives."""
    luck = chance(seed, "dwellings", place.code)
    secondary, vacant = (
        luck.uniform(0.25, 0.65) if place.is_coastal else luck.uniform(0.02, 0.16),
        luck.uniform(0.04, 0.1),
    )
    main = place.population / luck.uniform(2.0, 2.3) * 1.007 ** (year - 2023)
    whole = main / (1 - secondary - vacant)
    parts = {"DW_MAIN": main, "DW_SEC_DW_OCC": whole * secondary, "DW_VAC": whole * vacant}
    rounded = {name: round(value, 4) for name, value in parts.items()}
    return {"_T": round(sum(rounded.values()), 4), **rounded}


def _above(place: Place) -> frozenset[str]:
    return frozenset({"REG-53", f"DEP-{place.department}", f"EPCI-{place.epci}"})
