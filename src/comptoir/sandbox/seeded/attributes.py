"""What the State's simulated services say of communes: their size, density, lodging, and what the law calls them.

The file is national, as such files are: without the communes of elsewhere nobody could be compared. Names and
populations are real, everything else is simulated.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from comptoir.sandbox.answers import Record
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.drop_rows import number
from comptoir.sandbox.seeded.insee import dwellings
from comptoir.sandbox.seeded.places import DEPARTMENTS, Place
from comptoir.sandbox.seeded.region import Region

COASTAL_DEPARTMENTS = {
    "06", "11", "13", "14", "17", "22", "29", "2A", "2B", "30", "33", "34", "35", "40", "44", "50", "56", "59", "62",
    "64", "66", "76", "80", "83", "85", "971", "972", "973", "974", "976",
}  # fmt: skip
MOUNTAIN_DEPARTMENTS = {
    "01", "03", "04", "05", "06", "07", "09", "11", "12", "15", "19", "23", "25", "26", "2A", "2B", "30", "31", "34",
    "38", "39", "42", "43", "48", "63", "64", "65", "66", "67", "68", "69", "70", "73", "74", "81", "83", "84", "87",
    "88", "90", "974",
}  # fmt: skip
COASTAL_SHARE, MOUNTAIN_SHARE = 0.14, 0.55
MEDIAN_AREA_KM2 = 11.0
# Density (inhabitants per km2) and population from which a commune is of a class of INSEE's grid, the densest first.
DENSITY_CLASSES = ((1500, 30000, 1), (600, 12000, 2), (400, 2500, 3), (200, 2500, 4), (90, 900, 5), (25, 0, 6))


def territory_attributes(region: Region, month: dt.date, corrected: bool) -> Sequence[Record]:
    """Return a line by commune; a tourist commune becomes a classified resort now and then."""
    return [_line(region.seed, place, is_mountain, month) for place, is_mountain in _communes(region)]


def _line(seed: int, place: Place, is_mountain: bool, month: dt.date) -> Record:
    rng = chance(seed, "attribute", place.code)
    tourist = place.is_coastal or rng.random() < (0.25 if is_mountain else 0.05)
    resort_since = dt.date(2019, 1, 1) + dt.timedelta(days=rng.randrange(3500))
    area = MEDIAN_AREA_KM2 * math.exp(rng.gauss(0, 0.6)) * (1 + place.population / 40000)
    density = place.population / area
    homes = dwellings(seed, place, month.year - 3)
    draw = 8.0 if place.is_coastal else 4.0 if is_mountain and tourist else 0.6
    beds = round(place.population**0.55 * draw * rng.random() ** 2 * 3)
    return {
        "Code INSEE": place.code,
        "Commune": place.name,
        "Superficie (km2)": number(area, 2),
        "Grille de densité (7 niveaux)": str(_density_class(density, place.population)),
        "Population DGF": number(round(place.population * (1.35 if place.is_coastal else 1.04))),
        "Logements": number(round(homes["_T"])),
        "Résidences secondaires": number(round(homes["DW_SEC_DW_OCC"])),
        "Lits touristiques": number(beds),
        "Commune touristique": "oui" if tourist else "non",
        "Station classée": "oui" if tourist and place.is_coastal and resort_since < month else "non",
        "Loi littoral": "oui" if place.is_coastal else "non",
        "Loi montagne": "oui" if is_mountain else "non",
    }


def _density_class(density: float, population: int) -> int:
    return next((level for least, people, level in DENSITY_CLASSES if density >= least and population >= people), 7)


def _communes(region: Region) -> Iterator[tuple[Place, bool]]:
    """The region's communes, then those of elsewhere, by whole EPCI; with a scale below 1 only a part of them."""
    own = sorted(region.places.all, key=lambda place: (not place.is_coastal, -place.population, place.code))
    for place in own[: max(8, round(len(own) * min(1.0, region.scale)))]:
        yield place, False
    others = _elsewhere(region.reference / "communes.csv")
    groups = sorted(others, key=lambda epci: str(chance(region.seed, "epci", epci).random()))
    for epci in sorted(groups[: round(len(groups) * min(1.0, region.scale))]):
        yield from others[epci]


@lru_cache(maxsize=2)
def _elsewhere(communes: Path) -> dict[str, list[tuple[Place, bool]]]:
    """Communes outside the region by EPCI, each with whether it is in the mountains. Nobody needs their positions."""
    found: dict[str, list[tuple[Place, bool]]] = {}
    with communes.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, department = row["commune_code"], row["department_code"]
            if department in DEPARTMENTS or not row["population"]:
                continue
            rng = Random(code)  # noqa: S311 - repeatable on purpose
            is_coastal = department in COASTAL_DEPARTMENTS and rng.random() < COASTAL_SHARE
            is_mountain = not is_coastal and department in MOUNTAIN_DEPARTMENTS and rng.random() < MOUNTAIN_SHARE
            population = int(row["population"])
            place = Place(code, row["commune_name"], department, row["epci_code"], population, 0.0, 0.0, "", is_coastal)
            found.setdefault(row["epci_code"], []).append((place, is_mountain))
    return found
