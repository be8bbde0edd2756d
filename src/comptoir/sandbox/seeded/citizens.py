"""The cases that the simulated people bring to their town hall, by every channel, with what became of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from comptoir.sandbox.clock import DAY, midnight
from comptoir.sandbox.seeded.chance import chance, count, weighted
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.places import Place
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.reports import CATEGORIES, Category
from comptoir.sandbox.seeded.writing import compose, identity

CASES_PER_DAY = 46
CITY_CASES_PER_DAY = 12
CHANNELS = (("web", 44), ("phone", 30), ("counter", 12), ("email", 8), ("letter", 4), ("fax", 0.4), ("social", 1.6))
HOURS = {"phone": (8.5, 17.5), "counter": (9, 17), "letter": (9, 11), "fax": (9, 18)}
PROMISED_DAYS = {"Propreté": 5, "Voirie": 30, "Éclairage public": 15, "Eau et assainissement": 10}
STATUS_NAMES = ("new", "received", "in_progress", "answered", "closed", "reopened")


@dataclass(frozen=True, slots=True)
class Case:
    """A case as decided at its birth. Instants are UTC; what a night knows of it follows from its clock.

    ``events`` are (instant, status) in order, the first one at ``opened_at``; statuses are ``STATUS_NAMES``.
    ``audience`` and ``theme`` are hidden truth; ``rated`` is the 0–10 answer to the satisfaction survey, if any;
    ``again_of`` is the id of the case of which this one is a second try by another channel.
    """

    id: str
    opened_at: dt.datetime
    person: Author
    channel: str
    category: Category
    kind: str
    place: Place
    audience: str
    events: tuple[tuple[dt.datetime, str], ...]
    promised_on: dt.date | None
    wait_seconds: int
    talk_seconds: int
    rated: int | None
    rated_at: dt.datetime | None
    again_of: str | None

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def theme(self) -> str:
        """What it is about (truth)."""
        return self.category.theme

    @property
    def is_answered_call(self) -> bool:
        """Whether somebody took the call; of no meaning for other channels."""
        return self.talk_seconds > 0

    def known_events(self, now: dt.datetime) -> list[tuple[dt.datetime, str]]:
        """The status changes that have happened at an instant; empty before the case was opened."""
        return [(at, status) for at, status in self.events if at <= now]

    def status(self, now: dt.datetime) -> str | None:
        """Its status at an instant; ``None`` before it was opened."""
        known = self.known_events(now)
        return known[-1][1] if known else None

    def changed_at(self, now: dt.datetime) -> dt.datetime | None:
        """When it last changed, at an instant."""
        known = self.known_events(now)
        return known[-1][0] if known else None


class Citizens:
    """Every case of every Paris day since the world began, made day by day when asked for."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.first_night = FIRST_DAY
        self.cases_on = lru_cache(maxsize=1500)(self._cases_on)
        self.city_cases_on = lru_cache(maxsize=1500)(self._city_cases_on)

    def text(self, case: Case) -> str:
        """What the person wrote or said; one text in twelve names somebody."""
        rng = chance(self.region.seed, "case text", case.id)
        theme = case.theme if case.theme in ("plages", "stationnement", "proprete") else "logement"
        said = " ".join(compose(rng, "resident", theme, "negative", case.place.name, "fr"))
        return f"{case.kind}. {said} {identity(rng)[0]}" if rng.random() < 0.08 else f"{case.kind}. {said}"

    def _cases_on(self, day: dt.date) -> list[Case]:
        """Cases opened on a Paris day, in order of opening; second tries by another channel among them."""
        if day < FIRST_DAY:
            return []
        region = self.region
        rng = chance(region.seed, "cases", day)
        weekday = (1.25, 1.1, 1.0, 1.0, 0.95, 0.4, 0.25)[day.weekday()]
        born = count(rng, CASES_PER_DAY * weekday * (0.7 + 0.3 * region.season.level(day)) * region.scale)
        cases = [self._case(rng, day, at) for at in range(born)]
        if day > FIRST_DAY:
            earlier = self._first_tries(day - DAY * rng.randrange(1, 7))
            tries = rng.sample(earlier, min(len(earlier), count(rng, 0.06 * born)))
            cases += [self._again(rng, day, born + at, case) for at, case in enumerate(tries)]
        return sorted(cases, key=lambda case: (case.opened_at, case.id))

    def _city_cases_on(self, day: dt.date, code: str) -> list[Case]:
        """Cases that the city's own application took on a Paris day, in order of opening; others than ``cases_on``.

        Their channel is ``app``, or ``web`` for the application's page.
        """
        if day < FIRST_DAY:
            return []
        region, place = self.region, self.region.places.by_code[code]
        rng = chance(region.seed, "city cases", code, day)
        born = count(rng, CITY_CASES_PER_DAY * (0.7 + 0.3 * region.season.level(day)) * region.scale)
        cases = []
        for at in range(born):
            audience = "visitor" if rng.random() < 0.3 * region.season.visitor_share(day) else "resident"
            category = weighted(rng, [(item, item.weight) for item in CATEGORIES])
            person = region.people.draw(rng, audience)
            channel = "app" if rng.random() < 0.8 else "web"
            case = self._opened(rng, day, at, person, channel, category, place, audience, None)
            cases.append(replace(case, id=f"{code}-{case.id}"))
        return sorted(cases, key=lambda case: (case.opened_at, case.id))

    def _first_tries(self, day: dt.date) -> list[Case]:
        """Cases of a day without the second tries among them: what a later day may repeat."""
        if day < FIRST_DAY:
            return []
        rng = chance(self.region.seed, "cases", day)
        weekday = (1.25, 1.1, 1.0, 1.0, 0.95, 0.4, 0.25)[day.weekday()]
        born = count(rng, CASES_PER_DAY * weekday * (0.7 + 0.3 * self.region.season.level(day)) * self.region.scale)
        return [self._case(rng, day, at) for at in range(born)]

    def _case(self, rng: Random, day: dt.date, at: int) -> Case:
        region = self.region
        audience = "visitor" if rng.random() < 0.3 * region.season.visitor_share(day) else "resident"
        place = region.places.draw(rng, region.season.coastal_share(day))
        category = weighted(rng, [(item, item.weight) for item in CATEGORIES])
        person = region.people.draw(rng, audience)
        return self._opened(rng, day, at, person, weighted(rng, CHANNELS), category, place, audience, None)

    def _again(self, rng: Random, day: dt.date, at: int, first: Case) -> Case:
        others = [(channel, weight) for channel, weight in CHANNELS if channel != first.channel]
        channel = weighted(rng, others)
        return self._opened(rng, day, at, first.person, channel, first.category, first.place, first.audience, first.id)

    def _opened(
        self,
        rng: Random,
        day: dt.date,
        at: int,
        person: Author,
        channel: str,
        category: Category,
        place: Place,
        audience: str,
        again_of: str | None,
    ) -> Case:
        low, high = HOURS.get(channel, (6.0, 23.5))
        opened_at = midnight(day) + dt.timedelta(seconds=int(rng.uniform(low, high) * 3600))
        events = self._events(rng, opened_at, category)
        promise = PROMISED_DAYS.get(category.name)
        closed_at = next((when for when, status in events if status == "closed"), None)
        wait_days = (closed_at - opened_at) / DAY if closed_at else None
        rated = None
        if wait_days is not None and rng.random() < 0.22:
            happy = 8.2 - 0.05 * min(60.0, wait_days) - (1.5 if again_of else 0)
            rated = max(0, min(10, round(rng.gauss(happy, 2.1))))
        waited = int(rng.expovariate(1 / 75))
        is_answered = channel == "phone" and waited < 240 and rng.random() < 0.86
        return Case(
            id=f"{day:%Y%m%d}{at:06d}",
            opened_at=opened_at,
            person=person,
            channel=channel,
            category=category,
            kind=rng.choice(category.kinds),
            place=place,
            audience=audience,
            events=events,
            promised_on=day + DAY * promise if promise else None,
            wait_seconds=waited,
            talk_seconds=30 + int(rng.expovariate(1 / 160)) if is_answered else 0,
            rated=rated,
            rated_at=closed_at + dt.timedelta(hours=rng.uniform(1, 90)) if rated is not None and closed_at else None,
            again_of=again_of,
        )

    def _events(self, rng: Random, opened_at: dt.datetime, category: Category) -> tuple[tuple[dt.datetime, str], ...]:
        events = [(opened_at, "new")]
        at = opened_at + dt.timedelta(hours=rng.expovariate(1 / 9))
        events.append((at, "received"))
        if rng.random() < 0.9:
            at += dt.timedelta(hours=rng.expovariate(1 / 30))
            events.append((at, "in_progress"))
        if rng.random() < 0.75:
            at += dt.timedelta(hours=rng.expovariate(1 / 40))
            events.append((at, "answered"))
        if rng.random() < 0.93:
            at += DAY * (rng.lognormvariate(0, 1.1) * category.median_days)
            events.append((at, "closed"))
            if rng.random() < 0.05:
                at += DAY * rng.uniform(0.5, 20)
                events.append((at, "reopened"))
                if rng.random() < 0.8:
                    at += DAY * rng.uniform(0.5, 30)
                    events.append((at, "closed"))
        return tuple((when.replace(microsecond=0), status) for when, status in events)
