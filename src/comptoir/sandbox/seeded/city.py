"""A city's GeoReport server: what its application takes, with the quirks of such servers."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock
from comptoir.sandbox.open311 import Asked
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.citizens import Case, Citizens
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.reports import CATEGORIES, STREETS

CITY = "29019"  # Brest
PER_DAY = 100_000  # numbers kept for a day
FIRST_NUMBER = 600_000
GROUPS = {"Propreté": "Cadre de vie", "Espaces verts": "Cadre de vie", "Voirie": "Espace public"}


def service_code(at: int) -> int | str:
    """Return the code of a category: half of them are numbers, half texts with a leading zero."""
    return 101 + at if at % 2 else f"0{10 + at}"


CODES = {category.name: service_code(at) for at, category in enumerate(CATEGORIES)}


@dataclass(frozen=True, slots=True)
class Taken:
    """A case as the server holds it. ``lot`` (0–999) decides what is odd about it."""

    number: int
    lot: int
    case: Case
    text: str
    address: str
    latitude: float
    longitude: float
    gone_at: dt.datetime | None

    def is_shown(self, now: dt.datetime) -> bool:
        """Tell whether the server lists it at an instant."""
        return self.case.opened_at <= now and (self.gone_at is None or self.gone_at > now)

    def is_open(self, now: dt.datetime) -> bool:
        """Tell whether it is open: the protocol knows no other status than open and closed."""
        return self.case.status(now) != "closed"

    def is_numbered(self, now: dt.datetime) -> bool:
        """Tell whether it has its number: one request in 50 waits two days for a batch, with a token only."""
        return self.lot % 50 != 7 or now - self.case.opened_at > 2 * DAY

    def updated_at(self, now: dt.datetime) -> dt.datetime:
        """Return the last change known at an instant: one closed request in ten is touched again three days later."""
        changed = self.case.changed_at(now) or self.case.opened_at
        touched = changed + 3 * DAY
        return touched if self.lot % 10 == 3 and not self.is_open(now) and touched <= now else changed

    def as_record(self, now: dt.datetime) -> Record:
        """Return the request as GeoReport shows it at an instant."""
        case, lot = self.case, self.lot
        nothing = (None, "")[lot % 2]
        promised = case.promised_on
        expected = dt.datetime.combine(promised, dt.time(18), PARIS).isoformat() if promised else nothing
        record: Record = {
            "service_request_id": str(self.number),
            "status": "open" if self.is_open(now) else "closed",
            "status_notes": nothing,
            "service_name": case.category.name,
            "service_code": CODES[case.category.name],
            "description": self.text,
            "agency_responsible": case.category.service if lot % 8 else nothing,
            "service_notice": None,
            "requested_datetime": _local(case.opened_at),
            "updated_datetime": _local(self.updated_at(now)),
            "expected_datetime": expected,
            "address": self.address,
            "address_id": nothing,
            "zipcode": int(case.place.postcode) if lot % 5 == 2 else case.place.postcode,
            **self._position(nothing),
            "media_url": f"https://photos.example/{self.number}.jpg" if lot % 3 == 0 else nothing,
            "extended_attributes": {"channel": case.channel},
        }
        if not self.is_numbered(now):
            del record["service_request_id"]
            record["token"] = f"{self.number:x}"
        return record

    def _position(self, nothing: Any) -> Record:
        if self.lot % 12 == 5:
            return {"lat": nothing, "long": nothing} if self.lot % 24 == 5 else {}
        if self.lot % 3 == 1:
            return {"lat": f"{self.latitude:.14f}", "long": f"{self.longitude:.14f}"}
        return {"lat": self.latitude, "long": self.longitude}


def _local(moment: dt.datetime) -> str:
    return moment.astimezone(PARIS).isoformat(timespec="seconds")


class SeededCity:
    """The city of Brest, over the cases that its application took."""

    first_night = FIRST_DAY
    jurisdiction: ClassVar[str] = "brest.example"

    def __init__(self, citizens: Citizens) -> None:
        self.citizens = citizens
        self.taken_on = lru_cache(maxsize=1500)(self._taken_on)

    def services(self) -> list[Record]:
        """Return one service per category."""
        return [
            {
                "service_code": CODES[category.name],
                "service_name": category.name,
                "description": f"{', '.join(category.kinds)}.",
                "metadata": False,
                "type": "realtime",
                "keywords": category.theme,
                "group": GROUPS.get(category.name, "Vie quotidienne"),
            }
            for category in CATEGORIES
        ]

    def requests(self, clock: Clock, asked: Asked) -> Iterator[Record]:
        """Yield what is shown of the requests asked for, newest first."""
        now = clock.now
        for day in self._days(clock, asked):
            for taken in reversed(self.taken_on(day)):
                if taken.is_shown(now) and asked.start <= taken.case.opened_at <= asked.end:
                    record = taken.as_record(now)
                    if _is_asked(record, asked):
                        yield record

    def _days(self, clock: Clock, asked: Asked) -> Iterator[dt.date]:
        if asked.ids:
            numbers = (int(one) for one in asked.ids if one.isdecimal())
            days = {FIRST_DAY + DAY * ((number - FIRST_NUMBER) // PER_DAY) for number in numbers}
            yield from sorted((day for day in days if FIRST_DAY <= day <= clock.night + DAY), reverse=True)
            return
        day = min(clock.night + DAY, asked.end.astimezone(PARIS).date())
        first = max(FIRST_DAY, asked.start.astimezone(PARIS).date())
        while day >= first:
            yield day
            day -= DAY

    def _taken_on(self, day: dt.date) -> list[Taken]:
        rng = chance(self.citizens.region.seed, "city server", day)
        first = FIRST_NUMBER + (day - FIRST_DAY).days * PER_DAY
        return [
            Taken(
                number=first + at,
                lot=zlib.crc32(case.id.encode()) % 1000,
                case=case,
                text=self.citizens.text(case),
                address=f"{rng.randrange(1, 120)} {rng.choice(STREETS)}, {case.place.name}",
                latitude=round(case.place.latitude + rng.gauss(0, 0.006), 6),
                longitude=round(case.place.longitude + rng.gauss(0, 0.009), 6),
                gone_at=case.opened_at + DAY * rng.uniform(5, 60) if rng.random() < 0.008 else None,
            )
            for at, case in enumerate(self.citizens.city_cases_on(day, CITY))
        ]


def _is_asked(record: Record, asked: Asked) -> bool:
    return (
        (not asked.ids or record.get("service_request_id") in asked.ids)
        and (not asked.codes or str(record["service_code"]) in asked.codes)
        and (not asked.statuses or record["status"] in asked.statuses)
    )
