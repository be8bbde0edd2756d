"""The establishments of the simulated region: hotels, campsites, restaurants, sites, events and holiday lets.

Several publishers speak of the same ones: the owner's profile collects reviews, the offices' catalogue lists the offer,
and a site of short lets is scraped. Ids are stable for a seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from comptoir.sandbox.clock import DAY
from comptoir.sandbox.seeded.chance import chance, heavy_tail, weighted
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.places import Place
from comptoir.sandbox.seeded.region import Region

BUILT = {"hotel": 95, "campsite": 60, "restaurant": 150, "site": 115, "event": 120, "rental": 880}
COASTAL = {"hotel": 0.55, "campsite": 0.8, "restaurant": 0.45, "site": 0.4, "event": 0.35, "rental": 0.65}
# What each kind is called, general classes first (the vocabulary of the national catalogue), with its weight.
CLASSES: dict[str, tuple[tuple[str, tuple[str, ...], float], ...]] = {
    "hotel": (
        ("Hôtel", ("Accommodation", "HotelTrade", "Hotel"), 7),
        ("Hôtel-restaurant", ("Accommodation", "FoodEstablishment", "HotelTrade", "Restaurant", "HotelRestaurant"), 3),
    ),
    "campsite": (
        ("Camping", ("Accommodation", "CampingAndCaravanning", "Camping"), 8),
        ("Aire de camping-cars", ("Accommodation", "CampingAndCaravanning", "CamperVanArea"), 2),
    ),
    "restaurant": (
        ("Crêperie", ("FoodEstablishment", "Restaurant"), 4),
        ("Restaurant", ("FoodEstablishment", "Restaurant"), 5),
        ("Café", ("FoodEstablishment", "CafeOrTeahouse"), 2),
    ),
    "site": (
        ("Musée", ("CulturalSite", "Museum"), 3),
        ("Château", ("CulturalSite", "Castle"), 2),
        ("Jardin", ("CulturalSite", "ParkAndGarden"), 2),
        ("Plage", ("NaturalHeritage", "Beach"), 3),
        ("Office de tourisme", ("ServiceProvider", "TouristInformationCenter", "LocalTouristOffice"), 2),
        ("Centre nautique", ("SportsAndLeisurePlace", "NauticalCentre"), 2),
    ),
    "event": (
        ("Festival", ("CulturalEvent", "Festival"), 3),
        ("Fest-noz", ("CulturalEvent", "Concert"), 3),
        ("Exposition", ("CulturalEvent", "Exhibition"), 2),
        ("Marché nocturne", ("SaleEvent", "Market"), 2),
        ("Régate", ("SportsEvent", "SportsCompetition"), 1),
    ),
    "rental": (
        ("Gîte", ("Accommodation", "RentalAccommodation", "SelfCateringAccommodation"), 6),
        ("Chambre d'hôtes", ("Accommodation", "RentalAccommodation", "Guesthouse"), 3),
    ),
}
TAILS = ("du Port", "de la Grève", "des Embruns", "du Phare", "de la Lande", "des Ajoncs", "du Menhir", "de l'Estran",
         "des Remparts", "du Vieux Bourg", "des Goélands", "de la Fontaine", "du Moulin", "des Korrigans")  # fmt: skip
ANNOUNCED_DAYS, REMOVED_DAYS = 150, 10


@dataclass(frozen=True, slots=True)
class Establishment:
    """An establishment as decided at its birth; ``opened_on`` and ``closed_on`` (for good) bound its life.

    ``months`` are the first and last month of its season; ``begins`` (month, day) and ``lasts_days`` tell an event's
    yearly edition; ``popularity`` is around 1; ``quality`` (-1 to 1) is hidden truth.
    """

    id: str
    kind: str
    classes: tuple[str, ...]
    name: str
    owner: Author
    place: Place
    latitude: float
    longitude: float
    capacity: int | None
    months: tuple[int, int]
    opened_on: dt.date
    closed_on: dt.date | None
    popularity: float
    quality: float
    begins: tuple[int, int] = (1, 1)
    lasts_days: int = 0

    def exists(self, day: dt.date) -> bool:
        """Tell whether it is in business on a day (perhaps out of season)."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)

    def is_open(self, day: dt.date) -> bool:
        """Tell whether it receives guests on a day."""
        return self.exists(day) and self.months[0] <= day.month <= self.months[1]

    def editions(self, day: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
        """Yield the first and last days of an event's editions that are announced on a day or just over."""
        for year in (day.year - 1, day.year, day.year + 1):
            first = dt.date(year, *self.begins)
            last = first + DAY * (self.lasts_days - 1)
            if self.lasts_days and first - DAY * ANNOUNCED_DAYS <= day <= last + DAY * REMOVED_DAYS:
                yield first, last


class Establishments:
    """Every establishment of the region, by kind, in the order of their ids."""

    def __init__(self, region: Region) -> None:
        self.region = region

    @cached_property
    def by_kind(self) -> dict[str, list[Establishment]]:
        """The establishments, made when first asked for."""
        return {kind: [self._build(kind, at) for at in range(size)] for kind, size in BUILT.items()}

    def receiving(self, territory_id: str, name: str) -> Establishment:
        """Return the establishment behind a watched profile: of its territory if one lies there, always the same."""
        communes = {place.code for place in self.region.places.within(territory_id)}
        lasting = [
            one
            for kind in ("hotel", "campsite", "restaurant", "site")
            for one in self.by_kind[kind]
            if one.closed_on is None
        ]
        near = [one for one in lasting if one.place.code in communes]
        return chance(self.region.seed, "profile", name).choice(near or lasting)

    def _build(self, kind: str, at: int) -> Establishment:
        region = self.region
        rng = chance(region.seed, "establishment", kind, at)
        place = region.places.draw(rng, COASTAL[kind])
        called, classes = weighted(rng, [((word, types), weight) for word, types, weight in CLASSES[kind]])
        crowd = "resident" if kind == "rental" and rng.random() < 0.8 else "business"
        opened_on = dt.date(2012, 1, 1) + DAY * int(rng.random() ** 0.5 * 5_400)
        return Establishment(
            id=f"{kind}-{at:04d}",
            kind=kind,
            classes=classes,
            name=_name(rng, called, kind, place),
            owner=region.people.draw(rng, crowd),
            place=place,
            latitude=round(place.latitude + rng.gauss(0, 0.006), 6),
            longitude=round(place.longitude + rng.gauss(0, 0.009), 6),
            capacity=_capacity(rng, kind),
            months=_months(rng, kind),
            opened_on=opened_on,
            closed_on=_closing(rng, opened_on) if kind != "event" else None,
            popularity=0.4 + heavy_tail(rng, 1.6, 60.0, 400) / 100,
            quality=max(-1.0, min(1.0, rng.gauss(0.35, 0.35))),
            begins=_begins(rng),
            lasts_days=rng.choice([1, 1, 2, 3, 4, 30]) if kind == "event" else 0,
        )


def _name(rng: Random, called: str, kind: str, place: Place) -> str:
    if kind == "rental" and rng.random() < 0.25:
        return f"{called} chez {rng.choice(phrases()['first_names'])}"
    if kind in ("event", "site") and rng.random() < 0.6:
        return f"{called} de {place.name}"
    return f"{called} {rng.choice(TAILS)}"


def _capacity(rng: Random, kind: str) -> int | None:
    sizes = {"hotel": (12, 180), "campsite": (40, 900), "restaurant": (20, 140), "rental": (2, 12)}
    return rng.randrange(*sizes[kind]) if kind in sizes and rng.random() < 0.85 else None


def _months(rng: Random, kind: str) -> tuple[int, int]:
    if kind == "campsite":
        return rng.choice([4, 4, 5, 6]), rng.choice([9, 9, 10])
    return (1, 12) if kind in ("event", "rental") or rng.random() < 0.8 else (3, 11)


def _closing(rng: Random, opened_on: dt.date) -> dt.date | None:
    """Some close for good while the world is watched; most stay."""
    if rng.random() > 0.1:
        return None
    return max(opened_on + DAY * 200, dt.date(2025, 10, 1) + DAY * rng.randrange(0, 700))


def _begins(rng: Random) -> tuple[int, int]:
    month = rng.choices(range(1, 13), (1, 1, 2, 3, 4, 6, 12, 11, 5, 3, 2, 4))[0]
    return month, rng.randrange(1, 29)
