"""The communes of the simulated region (real names and populations; positions only roughly right)."""

from __future__ import annotations

import csv
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

# A representative point and half-extent (degrees) per département, kept inland: positions are simulated.
DEPARTMENTS = {
    "22": (48.44, -2.86, 0.16, 0.55),
    "29": (48.30, -3.98, 0.22, 0.38),
    "35": (48.15, -1.64, 0.26, 0.33),
    "56": (47.84, -2.80, 0.16, 0.55),
}
LARGE = {
    "Rennes": (48.112, -1.680, "35000"),
    "Brest": (48.390, -4.486, "29200"),
    "Quimper": (47.996, -4.102, "29000"),
    "Lorient": (47.748, -3.366, "56100"),
    "Vannes": (47.658, -2.760, "56000"),
    "Saint-Malo": (48.649, -2.007, "35400"),
    "Saint-Brieuc": (48.514, -2.765, "22000"),
    "Lannion": (48.732, -3.459, "22300"),
    "Fougères": (48.352, -1.204, "35300"),
    "Concarneau": (47.875, -3.918, "29900"),
    "Vitré": (48.124, -1.214, "35500"),
    "Dinan": (48.454, -2.047, "22100"),
}
COAST = {
    "Saint-Malo", "Cancale", "Dinard", "Saint-Lunaire", "Saint-Briac-sur-Mer", "Saint-Coulomb",
    "Saint-Cast-le-Guildo", "Erquy", "Pléneuf-Val-André", "Binic-Étables-sur-Mer", "Saint-Quay-Portrieux",
    "Paimpol", "Perros-Guirec", "Trébeurden", "Trégastel", "Plougastel-Daoulas", "Brest", "Roscoff", "Carantec",
    "Crozon", "Camaret-sur-Mer", "Douarnenez", "Audierne", "Penmarch", "Bénodet", "Fouesnant", "Concarneau",
    "Névez", "Lorient", "Ploemeur", "Larmor-Plage", "Guidel", "Plouhinec", "Erdeven", "Carnac", "Quiberon",
    "La Trinité-sur-Mer", "Locmariaquer", "Arzon", "Sarzeau", "Damgan", "Pénestin", "Le Palais", "Vannes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A commune with a representative point."""

    code: str
    name: str
    department: str
    epci: str
    population: int
    latitude: float
    longitude: float
    postcode: str
    is_coastal: bool


class Places:
    """The region's communes, drawn by population, with more weight on the coast in season."""

    def __init__(self, communes: Path) -> None:
        with communes.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["department_code"] in DEPARTMENTS]
        self.all = [_place(row) for row in sorted(rows, key=lambda row: row["commune_code"])]
        self.coast = [place for place in self.all if place.is_coastal]
        self.by_code = {place.code: place for place in self.all}
        self._all_weights = list(accumulate(place.population for place in self.all))
        self._coast_weights = list(accumulate(place.population**0.5 for place in self.coast))

    def draw(self, rng: Random, coastal_share: float) -> Place:
        """Draw a commune: on the coast with the given extra share, else by population."""
        if rng.random() < coastal_share:
            return self.coast[bisect(self._coast_weights, rng.random() * self._coast_weights[-1])]
        return self.all[bisect(self._all_weights, rng.random() * self._all_weights[-1])]

    def within(self, territory_id: str) -> list[Place]:
        """Return the communes of a territory, or all of them when it lies outside the region."""
        level, _, code = territory_id.partition(":")
        if level == "commune":
            found = [self.by_code[code]] if code in self.by_code else []
        elif level == "epci":
            found = [place for place in self.all if place.epci == code]
        elif level == "departement":
            found = [place for place in self.all if place.department == code]
        else:
            found = []
        return found or self.all


def _place(row: dict[str, str]) -> Place:
    code, name, department = row["commune_code"], row["commune_name"], row["department_code"]
    rng = Random(code)  # noqa: S311 - repeatable on purpose
    latitude, longitude, height, width = DEPARTMENTS[department]
    point = (latitude + rng.uniform(-height, height), longitude + rng.uniform(-width, width))
    postcode = f"{department}{rng.randrange(10, 99)}0"
    if name in LARGE:
        *exact, postcode = LARGE[name]
        point = (exact[0], exact[1])
    population = int(row["population"] or 0)
    return Place(code, name, department, row["epci_code"], population, *point, postcode, name in COAST)
