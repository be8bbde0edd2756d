"""The simulated Mastodon instance: what a night shows of each account and post."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock, mastodon_time
from comptoir.sandbox.mastodon import Listed
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.people import LOCAL_INSTANCE, Author, account_id
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.season import PLANTED
from comptoir.sandbox.seeded.writing import Text, compose, identity
from comptoir.settings import WatchedAccount

MOVING_DAYS = 7.0


class SeededInstance:
    """Accounts and posts of the seeded world as Mastodon entities, at any clock."""

    def __init__(self, region: Region) -> None:
        self.first_night = FIRST_DAY
        seed, config = region.seed, region.config
        self.seed = seed
        watched = [account for account in config.accounts if account.platform == "mastodon"]
        self.official = [(account, _institution(seed, account)) for account in watched]
        queries = [query for query in config.listening_queries if query.platform == "mastodon"]
        self.timeline = region.timeline(queries, self.official)
        self._by_acct = {author.acct: at for at, (_, author) in enumerate(self.official)}
        self._by_acct |= {author.address: at for at, (_, author) in enumerate(self.official)}
        self._by_id = {str(author.id): at for at, (_, author) in enumerate(self.official)}
        self._account = lru_cache(maxsize=64)(self._official_account)
        self._author = lru_cache(maxsize=4096)(Author.seen)

    def account(self, clock: Clock, acct: str) -> Record | None:
        """Return a watched account, by ``user@host`` or its local name, or any author by address."""
        wanted = acct.removeprefix("@").lower()
        if wanted in self._by_acct:
            return self._account(self._by_acct[wanted], clock)
        for crowd in self.timeline.people.by_kind.values():
            for author in crowd:
                if wanted in (author.acct, author.address):
                    return self._author(author, clock.now)
        return None

    def account_posts(self, clock: Clock, account_id: str, below: int | None) -> Iterable[Listed] | None:
        """Yield a watched account's posts with an id under ``below``, newest first."""
        if account_id not in self._by_id:
            return None
        at = self._by_id[account_id]
        days = (self.timeline.official_on(at, day) for day in _days_back(clock, below))
        return self._listed(clock, days, below)

    def tag_posts(self, clock: Clock, hashtag: str, below: int | None) -> Iterable[Listed] | None:
        """Yield the public posts under a hashtag with an id under ``below``, newest first."""
        tag = hashtag.lower()
        if tag not in self.timeline.known_tags():
            return None
        days = (
            [post for post in self.timeline.public_on(day) if tag in map(str.lower, post.tags)]
            for day in _days_back(clock, below)
        )
        return self._listed(clock, days, below)

    def _listed(self, clock: Clock, days: Iterable[Sequence[Post]], below: int | None) -> Iterator[Listed]:
        for posts in days:
            for post in reversed(posts):
                if (below is None or post.id < below) and post.visible(clock.now):
                    yield Listed(post.id, post.is_reply, post.reblog_of is not None, partial(self.status, post, clock))

    def status(self, post: Post, clock: Clock) -> Record:
        """Return the Mastodon status entity of a post at a clock."""
        edited = post.edited_at is not None and post.edited_at <= clock.now
        age = (clock.now - post.created_at) / DAY
        path = f"https://{post.author.host}/@{post.author.username}/{post.id ^ 0x2A}"
        replied = self.timeline.people.by_kind["resident"][post.id % 50] if post.is_reply else None
        return {
            "id": str(post.id),
            "created_at": mastodon_time(post.created_at),
            "in_reply_to_id": str(post.id - (7 << 32)) if replied else None,
            "in_reply_to_account_id": str(replied.id) if replied else None,
            "sensitive": post.id % 61 == 0,
            "spoiler_text": "météo, râlerie" if post.id % 61 == 0 else "",
            "visibility": post.visibility,
            "language": None if post.id % 37 == 0 else post.language,
            "uri": f"{post.uri}/activity" if post.reblog_of else post.uri,
            "url": f"{post.uri}/activity" if post.reblog_of else path,
            "replies_count": _grown(post.replies, age),
            "reblogs_count": _grown(post.reblogs, age),
            "favourites_count": _grown(post.favourites, age),
            "quotes_count": _grown(post.reblogs // 9, age),
            "edited_at": mastodon_time(post.edited_at) if edited and post.edited_at else None,
            "favourited": False,
            "reblogged": False,
            "muted": False,
            "bookmarked": False,
            "content": "" if post.reblog_of else self.text(post, edited=edited).as_html(post.author.host),
            "filtered": [],
            "reblog": self.status(post.reblog_of, clock) if post.reblog_of else None,
            "application": {"name": "Web", "website": None} if post.author.host == LOCAL_INSTANCE else None,
            "account": self._account_of(post.author, clock),
            "media_attachments": _media(post),
            "mentions": [
                {"id": str(a.id), "username": a.username, "url": a.url, "acct": a.acct} for a in [replied] if a
            ],
            "tags": [{"name": t.lower(), "url": f"https://{LOCAL_INSTANCE}/tags/{t.lower()}"} for t in post.tags],
            "emojis": [],
            "quote": None,
            "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
            "card": None,
            "poll": None,
        }

    def text(self, post: Post, *, edited: bool) -> Text:
        """Return what a post says, before or after its edit."""
        rng = chance(self.seed, "text", post.id)
        written = Text(compose(rng, post.voice, post.theme, post.stance, post.place, post.language))
        if post.voice in ("resident", "visitor", "prospect", "business") and rng.random() < 0.05:
            sentence, written.identities = identity(rng)
            written.paragraphs.append(sentence)
        if post.voice in ("media", "institution", "business") and rng.random() < 0.5:
            written.link = f"https://www.{post.author.username.replace('_', '-')}.example/actualites/{post.id % 99991}"
        if post.is_reply:
            someone = self.timeline.people.by_kind["resident"][post.id % 50]
            written.mentions = ((someone.username, someone.url),)
        if edited:
            written.paragraphs.append(rng.choice(phrases()["corrections"]))
        # Some people write their hashtags, some let them stand in the sentence, capitals and all.
        written.tags = tuple(tag.capitalize() if post.id % 3 else tag for tag in post.tags)
        return written

    def truth(self, uri: str) -> dict[str, Any] | None:
        """Return the hidden truth of a post: for tests only, never served."""
        tail = uri.removesuffix("/activity").rpartition("/")[2]
        if not tail.isdecimal():
            return None
        post_id = int(tail) ^ 0x2A
        day = _paris_day(post_id)
        born = [post for at in range(len(self.official)) for post in self.timeline.official_on(at, day)]
        for post in [*self.timeline.people_on(day), *born]:
            if post.id == post_id:
                kind = post.author.kind
                audience = kind if kind in ("resident", "visitor", "prospect") else None
                return {
                    "author_kind": kind,
                    "audience": audience,
                    "theme": post.theme,
                    "stance": post.stance,
                    "voice": post.voice,
                    "is_ironic": post.voice == "irony",
                    "place": post.place,
                    "identities": [] if post.reblog_of else self.text(post, edited=False).identities,
                    "edited_at": post.edited_at,
                    "deleted_at": post.deleted_at,
                }
        return None

    def _account_of(self, author: Author, clock: Clock) -> Record:
        if author.kind == "institution":
            return self._account(self._by_acct[author.acct], clock)
        return self._author(author, clock.now)

    def _official_account(self, at: int, clock: Clock) -> Record:
        _, author = self.official[at]
        days = [FIRST_DAY + DAY * n for n in range((clock.night - FIRST_DAY).days + 2)]
        posts = [post for day in days for post in self.timeline.official_on(at, day) if post.visible(clock.now)]
        last = max((post.created_at for post in posts), default=None)
        return author.as_record(
            clock.now,
            followers=_followers(self.seed, author, clock.night),
            statuses=author.statuses + len(posts),
            last_status_on=last.date() if last else None,
        )


def _institution(seed: int, account: WatchedAccount) -> Author:
    username, _, host = account.address.lower().partition("@")
    rng = chance(seed, "institution", account.account_key)
    return Author(
        id=account_id(seed, account.address.lower()),
        kind="institution",
        username=username,
        host=host,
        display_name=account.account_key.replace("_", " ").title(),
        note="Compte officiel (simulation).",
        home="",
        followers=rng.randrange(2_500, 24_000),
        following=rng.randrange(60, 900),
        statuses=rng.randrange(400, 6_000),
        posts_per_day=0.0,
        created_on=dt.date(2018, 1, 1) + dt.timedelta(days=rng.randrange(0, 2_000)),
        discoverable=True,
    )


def _followers(seed: int, author: Author, night: dt.date) -> int:
    """Grow towards a plateau, with nightly noise and a step after each viral post."""
    days = (night - FIRST_DAY).days
    grown = author.followers * (0.8 + 0.2 * (1 - math.exp(-days / 160)))
    for year in range(FIRST_DAY.year, night.year + 1):
        for event in PLANTED:
            began = dt.date(year, event.month, event.day)
            if event.name == "viral_post" and FIRST_DAY <= began <= night:
                grown += 0.015 * author.followers * (1 - math.exp(-((night - began).days + 1) / 2))
    return round(grown * (1 + chance(seed, "followers", author.id, night).gauss(0, 0.0006)))


def _grown(final: int, age_days: float) -> int:
    """Return a counter that grows fast at first and stands still after a week."""
    if age_days >= MOVING_DAYS:
        return final
    return int(final * (1 - math.exp(-3 * max(0.0, age_days) / MOVING_DAYS)) / (1 - math.exp(-3)))


def _media(post: Post) -> list[Record]:
    alts = phrases()["alts"]
    return [
        {
            "id": str(post.id + at + 1),
            "type": "image",
            "url": f"https://files.{LOCAL_INSTANCE}/media/{post.id + at + 1}.jpg",
            "preview_url": f"https://files.{LOCAL_INSTANCE}/media/{post.id + at + 1}_small.jpg",
            "remote_url": None,
            "preview_remote_url": None,
            "text_url": None,
            "meta": {"original": {"width": 1600, "height": 1200, "size": "1600x1200", "aspect": 1.33}},
            "description": alts[(post.id >> 16) % len(alts)],
            "blurhash": "L5H2EC=PM+yV0g-mq.wG9c010J}I",
        }
        for at in range(post.media)
    ]


def _paris_day(post_id: int) -> dt.date:
    return dt.datetime.fromtimestamp((post_id >> 16) / 1000, PARIS).date()


def _days_back(clock: Clock, below: int | None) -> Iterator[dt.date]:
    day = clock.night + DAY
    if below is not None and 0 < below >> 16 < 2**42:
        day = min(day, _paris_day(below))
    while day >= FIRST_DAY:
        yield day
        day -= DAY
