"""The simulated Mastodon instance: what a night shows of each account and post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, Clock, mastodon_time
from comptoir.sandbox.mastodon import Listed
from comptoir.sandbox.seeded.growth import days_back, find, followers_on, grown, hidden, institution
from comptoir.sandbox.seeded.people import LOCAL_INSTANCE, Author
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.writing import Text, answered, told


class SeededInstance:
    """Accounts and posts of the seeded world as Mastodon entities, at any clock."""

    def __init__(self, region: Region) -> None:
        self.first_night = FIRST_DAY
        seed = self.seed = region.seed
        self.official = [
            (account, institution(seed, account, account.address.lower())) for account in region.watched("mastodon")
        ]
        self.timeline = region.timeline(region.queries("mastodon"), self.official)
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
        days = (self.timeline.official_on(at, day) for day in days_back(clock, below))
        return self._listed(clock, days, below)

    def tag_posts(self, clock: Clock, hashtag: str, below: int | None) -> Iterable[Listed] | None:
        """Yield the public posts under a hashtag with an id under ``below``, newest first."""
        tag = hashtag.lower()
        if tag not in self.timeline.known_tags():
            return None
        days = (
            [post for post in self.timeline.public_on(day) if tag in map(str.lower, post.tags)]
            for day in days_back(clock, below)
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
        replied = answered(post, self.timeline.people)
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
            "replies_count": grown(post.replies, age),
            "reblogs_count": grown(post.reblogs, age),
            "favourites_count": grown(post.favourites, age),
            "quotes_count": grown(post.reblogs // 9, age),
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
        return told(self.seed, post, self.timeline.people, edited=edited)

    def truth(self, uri: str) -> dict[str, Any] | None:
        """Return the hidden truth of a post: for tests only, never served."""
        tail = uri.removesuffix("/activity").rpartition("/")[2]
        if not tail.isdecimal():
            return None
        post = find(self.timeline, int(tail) ^ 0x2A)
        if post is None:
            return None
        return hidden(post, [] if post.reblog_of else self.text(post, edited=False).identities)

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
            followers=followers_on(self.seed, author, clock.night),
            statuses=author.statuses + len(posts),
            last_status_on=last.date() if last else None,
        )


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
