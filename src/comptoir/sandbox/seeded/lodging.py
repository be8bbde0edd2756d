"""Simulated places to sleep: how many a country or region has each year, and in which communes they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.nights import ACTIVITIES, GEOS, OTHER
from comptoir.sandbox.seeded.places import Place

REGION = "FRH0"
FIRST_YEAR = 2019
# Share of the bed places taken over a year, bed places of a room or pitch, bed places of an establishment.
OCCUPANCY = {"I551": 0.5, "I552": 0.3, "I553": 0.12}
BEDS_PER_UNIT = {"I551": 2.05, "I552": 2.6, "I553": 3.0}
BEDS_PER_ESTABLISHMENT = {"I551": 62, "I552": 120, "I553": 360}
GROWTH = {"I551": 0.996, "I552": 1.012, "I553": 1.003}


@dataclass(frozen=True, slots=True)
class Capacity:
    """Establishments, their rooms or pitches, and their bed places, on 1 January."""

    establishments: int
    units: int
    bed_places: int


@lru_cache(maxsize=4096)
def capacity(seed: int, geo: str, activity: str, year: int) -> Capacity:
    """Return what a geography (Eurostat's code) has of a type of accommodation (NACE)."""
    annual, _ = GEOS.get(geo, OTHER)
    usual = annual[ACTIVITIES.index(activity)] * 1e6 / (365 * OCCUPANCY[activity])
    luck = chance(seed, "capacity", geo, activity, year).uniform(0.996, 1.004)
    beds = usual * GROWTH[activity] ** (year - FIRST_YEAR) * luck
    return Capacity(round(beds / BEDS_PER_ESTABLISHMENT[activity]), round(beds / BEDS_PER_UNIT[activity]), round(beds))


def commune_capacity(seed: int, places: Sequence[Place], activity: str, year: int) -> dict[str, Capacity]:
    """Return what each commune of the region has, those that have nothing left out; sums are the region's."""
    whole = capacity(seed, REGION, activity, year)
    draw = {place.code: _attraction(seed, place, activity) for place in places}
    establishments = {code: count for code, count in shared_out(whole.establishments, draw).items() if count}
    size = {
        code: count * chance(seed, "size", code, activity).uniform(0.6, 1.6) for code, count in establishments.items()
    }
    units = shared_out(whole.units, size)
    beds = shared_out(whole.bed_places, {code: float(count) for code, count in units.items()})
    return {code: Capacity(establishments[code], units[code], beds[code]) for code in establishments}


@lru_cache(maxsize=8192)
def _attraction(seed: int, place: Place, activity: str) -> float:
    luck = chance(seed, "attraction", place.code, activity).random()
    return math.pow(place.population, 0.55) * (8.0 if place.is_coastal else 1.0) * luck**2


def shared_out(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share a count out by weights: whole numbers whose sum is the count (largest remainders)."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {name: int(value) for name, value in exact.items()}
    left = total - sum(shares.values())
    for name in sorted(exact, key=lambda name: (shares[name] - exact[name], name))[:left]:
        shares[name] += 1
    return shares
