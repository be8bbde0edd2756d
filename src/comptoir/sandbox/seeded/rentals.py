"""The simulated scrapes of a site of short lets: a dump a quarter, published some days later, columns that drift."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from random import Random

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock
from comptoir.sandbox.inside_airbnb import Dump
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.establishments import Establishment, Establishments
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.writing import compose

AREA = "france/bretagne/bretagne"
FIRST_QUARTER = (2025, 3)
LISTED_DAYS = 365
NEVER_REVIEWED = 0.12
LAST_REVIEW = dt.date(2030, 1, 1)
LTM_SINCE, OCCUPANCY_SINCE = 4, 5  # the dumps from which a column exists
ROOM_TYPES = (("Entire home/apt", 78), ("Private room", 18), ("Hotel room", 2), ("Shared room", 2))
TITLES = (
    "Maison de pêcheur, vue mer",
    "Studio cosy proche plage",
    'Gîte "Ti Bihan", jardin clos',
    "Loft, centre ville",
    "Longère au calme,\navec piscine",
    "Chambre chez l'habitant",
    "Appartement 4 pers.\nParking gratuit",
)


class SeededScraper:
    """The lets of the region as a scraper saw them."""

    first_night = FIRST_DAY

    def __init__(self, establishments: Establishments) -> None:
        self.establishments = establishments
        self.seed = establishments.region.seed
        self.season = establishments.region.season
        self.rows = lru_cache(maxsize=8)(self._rows)
        self._reviewed = lru_cache(maxsize=4096)(self._days_of_reviews)

    def dumps(self, clock: Clock) -> list[Dump]:
        """Return the dumps that the site lists, newest first: published, and less than a year old."""
        listed = []
        for at in range(200):
            scraped_on, published_at = self._scraped(at)
            if published_at > clock.now:
                break
            if scraped_on > clock.night - DAY * LISTED_DAYS:
                listed.append(Dump(AREA, scraped_on, published_at))
        return listed[::-1]

    def listings(self, dump: Dump) -> Iterator[Record]:
        """Yield the rows of a dump: text cells by column, in order of id."""
        yield from map(dict, self.rows(dump.scraped_on))

    def reviews(self, dump: Dump, *, whole: bool) -> Iterator[Record]:
        """Yield the reviews of a dump's listings, in order of listing, the oldest first."""
        for listing_id, one in self.by_listing(dump.scraped_on):
            for number, day in enumerate(self._reviews_until(one, dump.scraped_on)):
                row = {"listing_id": listing_id, "date": day.isoformat()}
                yield self._told(one, number, row) if whole else row

    def by_listing(self, day: dt.date) -> list[tuple[str, Establishment]]:
        """Return the lets that a scrape of that day sees, by the number that the platform gives them, in its order."""
        present = [one for one in self.establishments.by_kind["rental"] if one.exists(day)]
        return sorted(((self._listing_id(one), one) for one in present), key=lambda pair: int(pair[0]))

    def _told(self, one: Establishment, number: int, row: Record) -> Record:
        rng = chance(self.seed, "lodging review", one.id, number)
        guest = self.establishments.region.people.draw(rng, "visitor")
        said = " ".join(compose(rng, "visitor", "logement", "positive", one.place.name, "fr"))
        return {
            "listing_id": row["listing_id"],
            "id": str(rng.getrandbits(59)),
            "date": row["date"],
            "reviewer_id": str(guest.id % 10**9),
            "reviewer_name": guest.display_name,
            "comments": said,
        }

    def _reviews_until(self, one: Establishment, day: dt.date) -> list[dt.date]:
        days = self._reviewed(one.id)
        return days[: bisect_right(days, day)]

    def _days_of_reviews(self, establishment_id: str) -> list[dt.date]:
        """Days on which guests reviewed a let, more of them in its season; what comes later changes nothing of it."""
        one = next(let for let in self.establishments.by_kind["rental"] if let.id == establishment_id)
        rng, day, days = chance(self.seed, "reviews", one.id), float(one.opened_on.toordinal()), list[dt.date]()
        if rng.random() < NEVER_REVIEWED:
            return days
        while day < LAST_REVIEW.toordinal():
            level = self.season.level(dt.date.fromordinal(int(day)))
            day += rng.expovariate(self._pace(one) / 30.4 * level)
            days.append(dt.date.fromordinal(int(day)))
        return days

    def _pace(self, one: Establishment) -> float:
        """Reviews a month."""
        return one.popularity * chance(self.seed, "pace", one.id).uniform(0.1, 0.8)

    def _listing_id(self, one: Establishment) -> str:
        # Ids had eight digits until 2022 and have eighteen since.
        fixed = chance(self.seed, "listing number", one.id)
        recent = one.opened_on >= dt.date(2022, 1, 1)
        return str(600_000_000_000_000_000 + fixed.getrandbits(57) if recent else fixed.randrange(10**7, 10**8))

    def _scraped(self, at: int) -> tuple[dt.date, dt.datetime]:
        rng = chance(self.seed, "scrape", at)
        month = FIRST_QUARTER[1] - 1 + 3 * at
        day = dt.date(FIRST_QUARTER[0] + month // 12, month % 12 + 1, 1) + DAY * rng.randrange(4, 26)
        published_on = day + DAY * rng.randrange(9, 20)
        return day, dt.datetime.combine(published_on, dt.time(15, 30), PARIS)

    def _rows(self, day: dt.date) -> list[Record]:
        at = next(at for at in range(200) if self._scraped(at)[0] == day)
        present = self.by_listing(day)
        by_host = Counter(one.owner.id for _, one in present)
        return [self._row(listing_id, one, day, at, by_host[one.owner.id]) for listing_id, one in present]

    def _row(self, listing_id: str, one: Establishment, day: dt.date, at: int, of_host: int) -> Record:
        fixed = chance(self.seed, "listing", one.id)
        room = fixed.choices([name for name, _ in ROOM_TYPES], [weight for _, weight in ROOM_TYPES])[0]
        title, minimum = fixed.choice(TITLES), fixed.choice([1, 1, 2, 2, 3, 5, 7])
        days = self._reviews_until(one, day)
        months = max(0.0, (day - one.opened_on).days / 30.4)
        reviews, last_year = len(days), len(days) - bisect_right(days, day - DAY * 365)
        rng = chance(self.seed, "listing", one.id, day)
        row = {
            "id": listing_id,
            "name": title,
            "host_id": str(one.owner.id % 10**9),
            "host_name": one.owner.display_name,
            "neighbourhood_group": one.place.department,
            "neighbourhood": one.place.name,
            "latitude": repr(one.latitude + (1.4e-14 if fixed.random() < 0.1 else 0)),
            "longitude": repr(one.longitude),
            "room_type": room,
            "price": _price(rng, at, room, one, self.season.level(day)),
            "minimum_nights": str(minimum),
            "number_of_reviews": str(reviews),
            "last_review": days[-1].isoformat() if days else "",
            "reviews_per_month": f"{reviews / max(1.0, months):.2f}" if reviews else "",
            "calculated_host_listings_count": str(of_host),
            "availability_365": str(rng.choice([0, rng.randrange(1, 365), rng.randrange(60, 366)])),
        }
        if at >= LTM_SINCE:
            row["number_of_reviews_ltm"] = str(last_year)
        row["license"] = f"35{fixed.randrange(10**9):09d}" if fixed.random() < 0.4 else ""
        if at >= OCCUPANCY_SINCE:
            row["estimated_occupancy_l365d"] = str(min(255, last_year * 6))
        return row


def _price(rng: Random, at: int, room: str, one: Establishment, level: float) -> str:
    """Dumps write it as a whole number, as dollars whatever the currency, or leave it all out."""
    if at % 6 == 4 or rng.random() < 0.03:
        return ""
    base = {"Entire home/apt": 95, "Private room": 55, "Hotel room": 110, "Shared room": 32}[room]
    price = base * (0.6 + 0.4 * level) * (0.8 + 0.2 * one.popularity) * rng.lognormvariate(0, 0.35)
    if one.capacity and one.capacity >= 10:
        price *= 9
    return f"{price:.0f}" if at % 6 < 2 else f"${price:,.2f}"
