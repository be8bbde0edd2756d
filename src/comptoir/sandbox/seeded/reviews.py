"""What residents and visitors say of the watched establishments, and what the owners answer."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from random import Random
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, Clock, midnight
from comptoir.sandbox.google_business import Listed
from comptoir.sandbox.seeded.chance import chance, count, weighted
from comptoir.sandbox.seeded.establishments import Establishment, Establishments
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.writing import compose, identity

HISTORY_FROM = dt.date(2024, 7, 1)
REVIEWS_PER_DAY = 0.35
WORDS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")
THEMES = {
    "hotel": (("logement", 6), ("gastronomie", 2), ("transports", 1)),
    "campsite": (("logement", 5), ("plages", 3), ("proprete", 2)),
    "restaurant": (("gastronomie", 1),),
    "site": (("paysages", 4), ("plages", 2), ("stationnement", 2), ("proprete", 1)),
}
ANSWERS = {
    "positive": ("Merci pour votre visite, au plaisir de vous revoir !", "Un grand merci, toute l'équipe est ravie."),
    "neutral": ("Merci de votre retour, nous en tenons compte.", "Bonjour, merci d'avoir pris le temps d'écrire."),
    "negative": (
        "Bonjour, nous sommes désolés de cette déception. Écrivez-nous afin que nous comprenions ce qui s'est passé.",
        "Nous regrettons votre expérience ; le problème signalé est réglé depuis.",
    ),
}


@dataclass(frozen=True, slots=True)
class Review:
    """A review as decided at its birth; ``stars`` and ``edited_stars`` are 1 to 5, instants are UTC."""

    id: str
    created_at: dt.datetime
    author: Author
    audience: str
    theme: str
    stance: str
    language: str
    stars: int
    edited_at: dt.datetime | None
    edited_stars: int
    deleted_at: dt.datetime | None
    replied_at: dt.datetime | None
    is_anonymous: bool

    def visible(self, now: dt.datetime) -> bool:
        """Tell whether it can be read at an instant."""
        return self.created_at <= now and (self.deleted_at is None or self.deleted_at > now)

    def is_edited(self, now: dt.datetime) -> bool:
        """Tell whether its author had changed it at an instant."""
        return self.edited_at is not None and self.edited_at <= now


class SeededProfiles:
    """The profiles of the watched establishments, at any clock."""

    first_night = FIRST_DAY

    def __init__(self, establishments: Establishments) -> None:
        self.region = establishments.region
        self.establishments = establishments
        self._territories = {one.address: one.territory_id for one in self.region.watched("google_business")}
        self.establishment = lru_cache(maxsize=256)(self._establishment)
        self.reviews_on = lru_cache(maxsize=20_000)(self._reviews_on)

    def reviews(self, clock: Clock, location: str) -> Sequence[Listed] | None:
        """Return the visible reviews of a watched location."""
        if location not in self._territories:
            return None
        one = self.establishment(location)
        listed = []
        for day in _days(clock.night + DAY):
            for review in self.reviews_on(location, day):
                if review.visible(clock.now):
                    edited = review.is_edited(clock.now)
                    updated_at = review.edited_at if edited and review.edited_at else review.created_at
                    stars = review.edited_stars if edited else review.stars
                    listed.append(Listed(updated_at, stars, partial(self._record, one, location, review, clock)))
        return listed

    def truth(self, location: str, review_id: str) -> dict[str, Any] | None:
        """Return what is hidden about a review (audience, theme, stance, when it changes): for tests only."""
        for day in _days(dt.date(2027, 12, 31)):
            for review in self.reviews_on(location, day):
                if review.id == review_id:
                    return {name: getattr(review, name) for name in Review.__slots__}
        return None

    def _establishment(self, location: str) -> Establishment:
        return self.establishments.receiving(self._territories[location], location)

    def _reviews_on(self, location: str, day: dt.date) -> list[Review]:
        one, region = self.establishment(location), self.region
        rng = chance(region.seed, "reviews", location, day)
        busy = region.season.level(day) * (1.0 if one.is_open(day) else 0.1)
        born = count(rng, REVIEWS_PER_DAY * one.popularity * busy * region.scale)
        return [self._review(rng, one, location, day, at) for at in range(born)]

    def _review(self, rng: Random, one: Establishment, location: str, day: dt.date, at: int) -> Review:
        region = self.region
        audience = "visitor" if rng.random() < region.season.visitor_share(day) + 0.25 else "resident"
        created_at = midnight(day) + dt.timedelta(
            minutes=int(rng.triangular(480, 1439, 1230)), seconds=rng.randrange(60), microseconds=rng.randrange(10**6)
        )
        stars = max(1, min(5, round(rng.gauss(3.6 + 1.2 * one.quality, 1.1))))
        stance = ("negative", "negative", "neutral", "positive", "positive")[stars - 1]
        edits, goes, answers = rng.random() < 0.05, rng.random() < 0.03, rng.random() < 0.55
        is_foreign = audience == "visitor" and rng.random() < 0.2
        return Review(
            id=base64.urlsafe_b64encode(f"{location.rpartition('/')[2]}-{day:%Y%m%d}-{at:03d}".encode()).decode(),
            created_at=created_at,
            author=region.people.draw(rng, audience),
            audience=audience,
            theme=weighted(rng, THEMES[one.kind]),
            stance=stance,
            language=rng.choice(["en", "de"]) if is_foreign else "fr",
            stars=stars,
            edited_at=created_at + DAY * (0.02 + 20 * rng.random() ** 2) if edits else None,
            edited_stars=max(1, min(5, stars + rng.choice([-1, 1, 1]))),
            deleted_at=created_at + DAY * (0.5 + 60 * rng.random()) if goes else None,
            # Owners take days, some of them weeks.
            replied_at=created_at + DAY * min(80.0, rng.lognormvariate(1.1, 1.0)) if answers else None,
            is_anonymous=rng.random() < 0.04,
        )

    def _record(self, one: Establishment, location: str, review: Review, clock: Clock) -> Record:
        edited = review.is_edited(clock.now)
        stars = review.edited_stars if edited else review.stars
        updated_at = review.edited_at if edited and review.edited_at else review.created_at
        shown = "A Google User" if review.is_anonymous else review.author.display_name
        record: Record = {
            "name": f"{location}/reviews/{review.id}",
            "reviewId": review.id,
            "reviewer": {
                "displayName": shown,
                "profilePhotoUrl": f"https://photos.example/a/{review.author.id}",
                "isAnonymous": review.is_anonymous,
            },
            "starRating": WORDS[stars - 1],
            "createTime": _time(review.created_at),
            "updateTime": _time(updated_at),
        }
        if comment := self._comment(one, review, edited=edited):
            record["comment"] = comment
        if review.replied_at and review.replied_at <= clock.now:
            answer = chance(self.region.seed, "answer", review.id).choice(ANSWERS[review.stance])
            record["reviewReply"] = {"comment": answer, "updateTime": _time(review.replied_at)}
        return record

    def _comment(self, one: Establishment, review: Review, *, edited: bool) -> str:
        """Return the text: none for a rating alone, both tongues where Google translated it."""
        rng = chance(self.region.seed, "review text", review.id)
        if rng.random() < 0.3:
            return ""
        said = "\n".join(compose(rng, review.audience, review.theme, review.stance, one.place.name, review.language))
        if rng.random() < 0.04:
            said += " " + identity(rng)[0]
        if edited:
            said += " Mise à jour après la réponse de l'établissement."
        if review.language == "fr" or rng.random() < 0.3:
            return said
        french = "\n".join(compose(rng, review.audience, review.theme, review.stance, one.place.name, "fr"))
        if rng.random() < 0.5:
            return f"(Translated by Google) {french}\n\n(Original)\n{said}"
        return f"{said}\n\n(Translated by Google)\n{french}"


def _days(last: dt.date) -> list[dt.date]:
    return [HISTORY_FROM + DAY * at for at in range((last - HISTORY_FROM).days + 1)]


def _time(moment: dt.datetime) -> str:
    """Write an instant as Google does: as many fraction digits as it takes, in threes."""
    if moment.microsecond % 5 == 0:
        return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
    if moment.microsecond % 5 == 1:
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
