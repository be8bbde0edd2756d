"""The posts of the simulated region: what is fixed at their birth (author, theme, lifetime, final counts)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from comptoir.config.watched import ListeningQuery, WatchedAccount
from comptoir.sandbox.clock import DAY, midnight, milliseconds
from comptoir.sandbox.seeded.chance import chance, count, heavy_tail, weighted
from comptoir.sandbox.seeded.people import Author, People
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.places import Places
from comptoir.sandbox.seeded.season import Season, planted

FIRST_DAY = dt.date(2025, 9, 1)
POSTS_PER_DAY = {"country": 30, "region": 22, "departement": 10, "epci": 9}
THEMES = {
    "resident": (("plages", 2), ("paysages", 3), ("stationnement", 2), ("proprete", 2), ("fetes", 2), ("logement", 2),
                 ("transports", 2), ("gastronomie", 1)),
    "visitor": (("plages", 4), ("paysages", 5), ("stationnement", 1), ("proprete", 1), ("fetes", 1), ("logement", 1),
                ("transports", 1), ("gastronomie", 3)),
}  # fmt: skip
STANCES = {
    "resident": (("positive", 4), ("negative", 4), ("neutral", 2)),
    "visitor": (("positive", 6), ("negative", 2), ("neutral", 2)),
}
LANGUAGES = {
    "resident": (("fr", 92), ("br", 8)),
    "visitor": (("fr", 62), ("en", 22), ("de", 16)),
    "prospect": (("fr", 70), ("en", 18), ("de", 12)),
}


@dataclass(frozen=True, slots=True)
class Post:
    """A post as decided at its birth; what a night sees of it follows from its age."""

    id: int
    created_at: dt.datetime
    author: Author
    voice: str
    theme: str
    stance: str
    language: str
    place: str
    tags: tuple[str, ...]
    favourites: int
    reblogs: int
    replies: int
    media: int
    edited_at: dt.datetime | None
    deleted_at: dt.datetime | None
    visibility: str = "public"
    is_reply: bool = False
    reblog_of: Post | None = None

    @property
    def uri(self) -> str:
        """Return the post's name, the same on every instance."""
        return f"https://{self.author.host}/users/{self.author.username}/statuses/{self.id ^ 0x2A}"

    def visible(self, now: dt.datetime) -> bool:
        """Tell whether the post exists at an instant; a boost vanishes with what it repeats."""
        if self.created_at > now or (self.deleted_at is not None and self.deleted_at <= now):
            return False
        return self.reblog_of is None or self.reblog_of.visible(now)


class Timeline:
    """Every post of every Paris day since the world began, made day by day when asked for.

    A platform's own seed gives it other posts of the same people.
    """

    def __init__(
        self,
        seed: int,
        scale: float,
        queries: Sequence[ListeningQuery],
        accounts: Sequence[tuple[WatchedAccount, Author]],
        places: Places,
        season: Season,
        people: People,
    ) -> None:
        self.seed, self.scale, self.queries, self.accounts = seed, scale, queries, accounts
        self.places, self.season, self.people = places, season, people
        self._homes = {item.territory_id: places.within(item.territory_id) for item in queries}
        self._homes |= {account.territory_id: places.within(account.territory_id) for account, _ in accounts}
        self._tag_pool: list[str] = phrases()["tags"]
        self.people_on = lru_cache(maxsize=1500)(self._people_on)
        self.official_on = lru_cache(maxsize=8000)(self._official_on)
        self.public_on = lru_cache(maxsize=1500)(self._public_on)

    def known_tags(self) -> set[str]:
        """Return the hashtags that anyone ever uses, lower case."""
        return {query.hashtag.lower() for query in self.queries} | set(self._tag_pool)

    def _public_on(self, day: dt.date) -> list[Post]:
        """Return the posts born on a day that timelines may show, oldest first."""
        official = [post for at in range(len(self.accounts)) for post in self.official_on(at, day)]
        shown = [p for p in official if p.visibility == "public" and p.reblog_of is None]
        return sorted([*self.people_on(day), *shown], key=lambda post: post.id)

    def _people_on(self, day: dt.date) -> list[Post]:
        if day < FIRST_DAY:
            return []
        posts: list[Post] = []
        events = planted(day)
        for stream, query in enumerate(self.queries):
            level = query.territory_id.partition(":")[0]
            is_local = level == "commune"
            rng = chance(self.seed, "posts", query.hashtag, day)
            busy = self.season.level(day) * (1.25 if day.weekday() >= 5 else 1.0)
            born = count(rng, POSTS_PER_DAY.get(level, 8) * busy * self.scale)
            voices = [""] * born
            if is_local and "beach_closure" in events:
                voices += ["closure"] * count(rng, 14 / (1 + events["beach_closure"]) * self.scale)
            if not is_local and "parking_row" in events:
                voices += ["parking_row"] * count(rng, 9 * self.scale)
            if is_local and "viral_post" in events:
                voices.append("viral")
            posts += [self._person_post(rng, day, query, voice, stream, at) for at, voice in enumerate(voices)]
        return sorted(posts, key=lambda post: post.id)

    def _person_post(self, rng: Random, day: dt.date, query: ListeningQuery, voice: str, stream: int, at: int) -> Post:
        kind = "resident" if voice else self._kind(rng, day)
        author = self.people.draw(rng, kind)
        theme = weighted(rng, THEMES.get(kind, THEMES["visitor"]))
        stance = weighted(rng, STANCES.get(kind, (("neutral", 1),)))
        if voice == "closure":
            theme, stance = "plages", "negative"
        elif voice == "parking_row":
            theme, stance, voice = "stationnement", "negative", "resident"
        elif voice == "viral":
            theme, stance = "paysages", "positive"
        elif kind == "resident" and stance == "negative" and rng.random() < 0.15:
            voice = "irony"
        created_at, post_id = self._birth(rng, day, stream, at)
        drawing = 0.4 + (author.followers / 900) ** 0.5
        favourites = heavy_tail(rng, 1.1, 2.5 * drawing, 4_000)
        language = "fr" if voice else weighted(rng, LANGUAGES.get(kind, (("fr", 1),)))
        tags = [query.hashtag]
        tags += [q.hashtag for q in self.queries if q is not query and not _is_local(q) and rng.random() < 0.45]
        tags += rng.sample(self._tag_pool, rng.choice([0, 0, 1, 1, 2, 3]))
        post = Post(
            id=post_id,
            created_at=created_at,
            author=author,
            voice=voice or kind,
            theme=theme,
            stance=stance,
            language=language,
            place=rng.choice(self._homes[query.territory_id]).name if not _is_local(query) else self._local(query),
            tags=tuple(dict.fromkeys(tags)),
            favourites=favourites,
            reblogs=int(favourites * rng.uniform(0.05, 0.6)),
            replies=heavy_tail(rng, 1.3, 1.2 + (1.5 if stance == "negative" else 0), 300),
            media=rng.choice([0, 0, 1, 1, 2]) if kind != "bot" else 0,
            edited_at=_later(rng, created_at, 0.06, 5 * 24 * 60),
            deleted_at=_later(rng, created_at, 0.03, 25 * 24 * 60),
            is_reply=rng.random() < 0.08,
        )
        if voice != "viral":
            return post
        return replace(
            post, favourites=8_400, reblogs=3_100, replies=420, media=1, deleted_at=None, edited_at=None, is_reply=False
        )

    def _official_on(self, index: int, day: dt.date) -> list[Post]:
        if day < FIRST_DAY:
            return []
        account, author = self.accounts[index]
        rng = chance(self.seed, "official", account.account_key, day)
        closed = planted(day).get("beach_closure") == 0 and account.territory_id.startswith("commune:")
        born = count(rng, 1.9 if day.weekday() < 5 else 0.7) + closed
        posts = []
        for at in range(born):
            created_at, post_id = self._birth(rng, day, 100 + index, at)
            draw, boosted = rng.random(), None
            if closed and at == 0:
                voice = "institution_closure"
            elif draw < 0.14:
                voice = "replies"
            elif draw < 0.3:
                candidates = [p for p in self.people_on(day - DAY) if p.stance == "positive" and not p.is_reply]
                boosted = rng.choice(candidates) if candidates else None
                voice = "boost" if boosted else "institution"
            else:
                voice = "institution"
            favourites = heavy_tail(rng, 1.4, 4 + author.followers / 700, 2_500)
            tags = [q.hashtag for q in self.queries if self._concerns(q, account) and rng.random() < 0.7]
            posts.append(
                Post(
                    id=post_id,
                    created_at=created_at,
                    author=author,
                    voice=voice,
                    theme="plages" if voice == "institution_closure" else "institution",
                    stance="neutral",
                    language="fr",
                    place=rng.choice(self._homes[account.territory_id]).name,
                    tags=tuple(tags) if voice.startswith("institution") else (),
                    favourites=0 if boosted else favourites,
                    reblogs=0 if boosted else int(favourites * rng.uniform(0.1, 0.5)),
                    replies=0 if boosted else heavy_tail(rng, 1.5, 2.5, 200),
                    media=rng.choice([0, 1, 1, 2]) if voice.startswith("institution") else 0,
                    edited_at=None if boosted else _later(rng, created_at, 0.1, 5 * 24 * 60),
                    deleted_at=_later(rng, created_at, 0.02, 20 * 24 * 60),
                    visibility="unlisted" if voice == "replies" and rng.random() < 0.5 else "public",
                    is_reply=voice == "replies",
                    reblog_of=boosted,
                )
            )
        return sorted(posts, key=lambda post: post.id)

    def _kind(self, rng: Random, day: dt.date) -> str:
        draw = rng.random()
        for kind, share in (("bot", 0.03), ("media", 0.05), ("business", 0.08), ("prospect", 0.07)):
            draw -= share
            if draw < 0:
                return kind
        return "visitor" if rng.random() < self.season.visitor_share(day) else "resident"

    def _birth(self, rng: Random, day: dt.date, stream: int, at: int) -> tuple[dt.datetime, int]:
        # Few people post at night; the summit is around 19 h.
        minutes = rng.triangular(6.5 * 60, 24 * 60 - 1, 19 * 60) if rng.random() < 0.96 else rng.uniform(0, 390)
        created_at = midnight(day) + dt.timedelta(milliseconds=int(minutes * 60_000) + rng.randrange(1000))
        # As on the real server an id carries its millisecond, so pages need no index.
        return created_at, milliseconds(created_at) << 16 | (stream << 9 | at & 0x1FF) & 0xFFFF

    def _local(self, query: ListeningQuery) -> str:
        return self._homes[query.territory_id][0].name

    def _concerns(self, query: ListeningQuery, account: WatchedAccount) -> bool:
        return query.territory_id == account.territory_id or not _is_local(query)


def _is_local(query: ListeningQuery) -> bool:
    return query.territory_id.startswith("commune:")


def _later(rng: Random, created_at: dt.datetime, share: float, within_minutes: int) -> dt.datetime | None:
    """Draw whether something happens to a post, and when: mostly soon, at most ``within_minutes`` after."""
    happens, delay = rng.random() < share, rng.random() ** 2.2
    return created_at + dt.timedelta(minutes=1 + round(delay * (within_minutes - 2))) if happens else None
