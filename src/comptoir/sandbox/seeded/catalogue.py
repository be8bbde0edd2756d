"""The region's offer as tourist offices publish it: whatever each office's software made of the common vocabulary."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import lru_cache, partial
from random import Random
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock
from comptoir.sandbox.datatourisme import Offer
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.establishments import Establishment, Establishments
from comptoir.sandbox.seeded.posts import FIRST_DAY

RENTALS_REGISTERED = 0.14
REVISED_EVERY = 45


class SeededCatalogue:
    """What the catalogue holds at a clock: what is in business, events near their editions, some of the lets."""

    first_night = FIRST_DAY

    def __init__(self, establishments: Establishments) -> None:
        self.establishments = establishments
        self.seed = establishments.region.seed
        self._on = lru_cache(maxsize=8)(self._offers_on)

    def offers(self, clock: Clock) -> Sequence[Offer]:
        """Return the offers in the order of their ids, which is nobody's order."""
        return self._on(clock.night)

    def offer_id(self, one: Establishment) -> str:
        """Return the id of an establishment in the catalogue: a UUID, stable."""
        return str(uuid.UUID(int=chance(self.seed, "offer", one.id).getrandbits(128), version=4))

    def _offers_on(self, night: dt.date) -> list[Offer]:
        held = [
            one for kind in self.establishments.by_kind.values() for one in kind if one.exists(night) and self._in(one)
        ]
        held = [one for one in held if one.kind != "event" or any(one.editions(night))]
        return [
            Offer(one.place.department, partial(self._record, one, night)) for one in sorted(held, key=self.offer_id)
        ]

    def _in(self, one: Establishment) -> bool:
        return one.kind != "rental" or chance(self.seed, "registered", one.id).random() < RENTALS_REGISTERED

    def _record(self, one: Establishment, night: dt.date) -> Record:
        # Fixed for an offer: its office always writes it the same way.
        rng = chance(self.seed, "office", one.id)
        identifier = self.offer_id(one)
        updated_on = self._updated_on(one, night)
        treated_at = dt.datetime.combine(updated_on + DAY, dt.time(3, rng.randrange(60), rng.randrange(60)), PARIS)
        record: Record = {
            "uuid": identifier,
            "uri": f"https://data.datatourisme.example/{rng.randrange(10, 60)}/{identifier}",
            "label": _tongue(rng, one.name),
            "type": _types(rng, one),
            "isLocatedAt": [_location(rng, one)],
            "lastUpdate": updated_on.isoformat(),
            "lastUpdateDatatourisme": treated_at.astimezone(dt.UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "creationDate": max(one.opened_on, dt.date(2016, 1, 1)).isoformat(),
            "hasContact": [{"legalName": one.owner.display_name, "telephone": [one.owner.phone]}],
            "hasBeenCreatedBy": {"legalName": f"Office de tourisme de {one.place.name}"},
        }
        if one.capacity is not None:
            record["allowedPersons"] = str(one.capacity) if rng.random() < 0.3 else one.capacity
        if one.kind == "event":
            record["takesPlaceAt"] = [
                {"startDate": first.isoformat(), "endDate": last.isoformat(), **_hour(rng)}
                for first, last in one.editions(night)
            ]
        return record

    def _updated_on(self, one: Establishment, night: dt.date) -> dt.date:
        """Offices revise each offer once in a while, on days of its own."""
        shift = chance(self.seed, "revised", one.id).randrange(REVISED_EVERY)
        return max(one.opened_on, night - DAY * ((night.toordinal() + shift) % REVISED_EVERY))


def _types(rng: Random, one: Establishment) -> list[str]:
    general = ["PointOfInterest", "EntertainmentAndEvent" if one.kind == "event" else "PlaceOfInterest"]
    types = [*general, *one.classes]
    # The export is alphabetical, the API is in the order of the hierarchy.
    return sorted(types) if rng.random() < 0.5 else types


def _tongue(rng: Random, text: str) -> Any:
    """Write a text in one of the shapes met: a string, a list, or a map of languages."""
    return rng.choice(
        [
            text,
            [text],
            {"fr": text},
            {"@fr": text},
            {"fr": [text], "en": [text]},
            {"@language": "fr", "@value": text},
            [{"@language": "en", "@value": f"{text} (en)"}, {"@language": "fr", "@value": text}],
        ]
    )


def _location(rng: Random, one: Establishment) -> Record:
    place, is_text = one.place, rng.random() < 0.5
    city: Any = {"label": {"fr": place.name}, "insee": place.code, "isPartOfDepartment": {"insee": place.department}}
    address: Record = {"postalCode": place.postcode, "addressLocality": place.name}
    if rng.random() < 0.95:
        address["hasAddressCity"] = city if rng.random() < 0.7 else [city]
    return {
        "geo": {
            "latitude": str(one.latitude) if is_text else one.latitude,
            "longitude": str(one.longitude) if is_text else one.longitude,
        },
        "address": [address] if rng.random() < 0.9 else address,
    }


def _hour(rng: Random) -> Record:
    return {"startTime": "20:30:00"} if rng.random() < 0.4 else {}
