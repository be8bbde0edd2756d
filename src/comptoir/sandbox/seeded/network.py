"""The simulated Bluesky: what a night shows of each profile, feed and post."""

from __future__ import annotations

import datetime as dt
import hashlib
from base64 import b32encode
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.bluesky import Item
from comptoir.sandbox.clock import DAY, PARIS, Clock, mastodon_time
from comptoir.sandbox.seeded.growth import days_back, find, followers_on, grown, hidden, institution
from comptoir.sandbox.seeded.people import Author, slug
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.writing import Text, answered, told

SALT = 101
MAX_LENGTH = 300
NAMES_EVERY = 11  # one post in so many names a watched account
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
COLLECTION = "app.bsky.feed.post"
FACET = "app.bsky.richtext.facet#"
# What devices with a broken clock declare, for one post in so many.
ABSURD_EVERY = 97
ABSURD_TIMES = ("0001-01-01T00:00:00Z", "1969-12-31T23:59:59.000Z", "2098-07-14T12:00:00.000Z")


class SeededNetwork:
    """Profiles and posts of the seeded world as Bluesky shows them, at any clock."""

    def __init__(self, region: Region) -> None:
        self.first_night = FIRST_DAY
        self.seed = seed = region.seed + SALT
        watched = region.watched("bluesky")
        self.official = [(account, institution(seed, account, account.address.lower())) for account in watched]
        self.timeline = region.timeline(region.queries("bluesky"), self.official, salt=SALT)
        self._by_actor = {author.username: at for at, (_, author) in enumerate(self.official)}
        self._by_actor |= {did(author): at for at, (_, author) in enumerate(self.official)}
        self._profile = lru_cache(maxsize=64)(self._official_profile)
        self._text = lru_cache(maxsize=4096)(self._rich_text)

    def profile(self, clock: Clock, actor: str) -> Record | None:
        """Return the profile of a watched account, by did or handle."""
        at = self._by_actor.get(actor.lower())
        return None if at is None else self._profile(at, clock)

    def pinned(self, clock: Clock, actor: str) -> Item | None:
        """Return the first post of an account that is still there: it is pinned ever since."""
        at = self._by_actor.get(actor.lower())
        if at is None:
            return None
        for day in (FIRST_DAY + DAY * n for n in range(30)):
            for post in self.timeline.official_on(at, day):
                if post.visible(clock.now) and post.reblog_of is None and not post.is_reply:
                    return self._item(post, clock, {"$type": "app.bsky.feed.defs#reasonPin"})
        return None

    def feed(self, clock: Clock, actor: str, below: int | None) -> Iterable[Item] | None:
        """Yield a watched account's items with an id under ``below``, newest first."""
        at = self._by_actor.get(actor.lower())
        if at is None:
            return None
        return self._items(clock, (self.timeline.official_on(at, day) for day in days_back(clock, below)), below)

    def tagged(self, clock: Clock, tag: str, below: int | None) -> Iterable[Item]:
        """Yield the posts under a hashtag with an id under ``below``, newest first."""
        wanted = tag.lower()
        if wanted not in self.timeline.known_tags():
            return []
        days = (
            [post for post in self.timeline.public_on(day) if wanted in map(str.lower, post.tags)]
            for day in days_back(clock, below)
        )
        return self._items(clock, days, below)

    def truth(self, uri: str) -> dict[str, Any] | None:
        """Return the hidden truth of a post: for tests only, never served."""
        key = uri.rpartition("/")[2]
        if not key or set(key) - set(SORTABLE):
            return None
        number = 0
        for letter in key:
            number = number << 5 | SORTABLE.index(letter)
        post = find(self.timeline, number)
        return hidden(post, self._text(post)[2]) if post else None

    def _items(self, clock: Clock, days: Iterable[Sequence[Post]], below: int | None) -> Iterator[Item]:
        for posts in days:
            for post in reversed(posts):
                if (below is None or post.id < below) and post.visible(clock.now):
                    yield self._item(post, clock, None)

    def _item(self, post: Post, clock: Clock, reason: Record | None) -> Item:
        return Item(
            post.id, _indexed_at(post), post.is_reply, post.media > 0, partial(self._entry, post, clock, reason)
        )

    def _entry(self, post: Post, clock: Clock, reason: Record | None) -> Record:
        """Return a feed's item; what an account passes on is another's post, with the reason why it is shown."""
        shown = post.reblog_of or post
        if post.reblog_of:
            at = mastodon_time(_indexed_at(post))
            reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": self._basic(post.author), "indexedAt": at}
        entry: Record = {"post": self.view(shown, clock)}
        return {**entry, "reason": reason} if reason else entry

    def view(self, post: Post, clock: Clock) -> Record:
        """Return the view of a post at a clock: only its counters move, since no post is edited here."""
        text, facets, _ = self._text(post)
        absurd = post.id % ABSURD_EVERY == 0
        declared = (
            ABSURD_TIMES[post.id // ABSURD_EVERY % len(ABSURD_TIMES)] if absurd else mastodon_time(post.created_at)
        )
        record: Record = {"$type": COLLECTION, "createdAt": declared, "text": text}
        # Some apps do not ask for the language.
        if post.id % 37:
            record["langs"] = [post.language]
        if facets:
            record["facets"] = facets
        if to := self._answered(post):
            parent = {"uri": _uri(*to), "cid": _cid(to[1])}
            record["reply"] = {"root": parent, "parent": parent}
        if post.media:
            images = [{"alt": "", "image": {"$type": "blob", "ref": {"$link": _cid(n)}}} for n in range(post.media)]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        age = (clock.now - post.created_at) / DAY
        return {
            "uri": _uri(post.author, post.id),
            "cid": _cid(post.id),
            "author": self._basic(post.author),
            "record": record,
            "bookmarkCount": grown(post.favourites // 11, age),
            "replyCount": grown(post.replies, age),
            "repostCount": grown(post.reblogs, age),
            "likeCount": grown(post.favourites, age),
            "quoteCount": grown(post.reblogs // 9, age),
            "indexedAt": mastodon_time(_indexed_at(post)),
            "viewer": {"threadMuted": False, "embeddingDisabled": False},
            "labels": [],
        }

    def _named(self, post: Post) -> Author | None:
        """Return the watched account that somebody's post speaks to."""
        asks = post.author.kind in ("resident", "visitor") and not post.is_reply and post.id % NAMES_EVERY == 0
        return self.official[post.id // NAMES_EVERY % len(self.official)][1] if asks and self.official else None

    def _answered(self, post: Post) -> tuple[Author, int] | None:
        """Return whom a post replies to, and that post's number; official accounts answer who named them a day ago."""
        to = answered(post, self.timeline.people)
        if to is None:
            return None
        day = post.created_at.astimezone(PARIS).date() - DAY
        heard = self.timeline.people_on(day) if post.author.kind == "institution" else []
        named = [one for one in heard if self._named(one) is post.author]
        return (named[0].author, named[0].id) if named else (to, post.id - (7 << 32))

    def _basic(self, author: Author) -> Record:
        created = dt.datetime.combine(author.created_on, dt.time(), dt.UTC)
        return {
            "did": did(author),
            "handle": handle(author),
            "displayName": author.display_name,
            "avatar": f"https://cdn.bsky.example/img/avatar/{did(author)}.jpeg",
            "labels": [],
            "createdAt": mastodon_time(created),
        }

    def _official_profile(self, at: int, clock: Clock) -> Record:
        _, author = self.official[at]
        days = [FIRST_DAY + DAY * n for n in range((clock.night - FIRST_DAY).days + 2)]
        posts = sum(post.visible(clock.now) for day in days for post in self.timeline.official_on(at, day))
        basic = self._basic(author)
        return {
            **basic,
            "description": author.note,
            "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
            "viewer": {"muted": False, "blockedBy": False},
            "indexedAt": basic["createdAt"],
            "followersCount": followers_on(self.seed, author, clock.night),
            "followsCount": author.following,
            "postsCount": author.statuses + posts,
        }

    def _rich_text(self, post: Post) -> tuple[str, list[Record], list[str]]:
        """Return a post's text, its facets (by bytes of UTF-8, as the protocol counts) and the identities in it."""
        written: Text = told(self.seed, post, self.timeline.people, edited=False)
        answers = self._answered(post)
        to = answers[0] if answers else self._named(post)
        text, facets = "", list[Record]()

        def link(shown: str, kind: str, **feature: str) -> None:
            nonlocal text
            start = len(text.encode())
            text += shown
            index = {"byteStart": start, "byteEnd": len(text.encode())}
            facets.append({"index": index, "features": [{"$type": f"{FACET}{kind}", **feature}]})

        if to:
            link(f"@{handle(to)}", "mention", did=did(to))
            text += " "
        tail = sum(len(tag) + 2 for tag in written.tags) + len(written.link) + 2
        text += "\n\n".join(written.paragraphs)[: max(40, MAX_LENGTH - len(text) - tail)]
        if written.link:
            text += " "
            link(written.link, "link", uri=written.link)
        for tag in written.tags:
            text += " "
            link(f"#{tag}", "tag", tag=tag)
        return text, facets, written.identities


def _digest(*parts: object) -> bytes:
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()


def did(author: Author) -> str:
    """Return the account's lasting name; a watched account may be configured by its own."""
    if author.username.startswith("did:"):
        return author.username
    return "did:plc:" + b32encode(_digest("did", author.id, author.username)).decode().lower()[:24]


def handle(author: Author) -> str:
    """Return the account's name of the day: official ones are as configured, people's are invented."""
    if author.username.startswith("did:"):
        return f"compte-{author.id % 9973}.bsky.example"
    if author.kind == "institution":
        return author.username
    return f"{slug(author.username)}{author.id % 89}.bsky.example"


def _uri(author: Author, post_id: int) -> str:
    letters, number = "", post_id
    while number:
        letters, number = SORTABLE[number & 31] + letters, number >> 5
    return f"at://{did(author)}/{COLLECTION}/{letters.rjust(13, SORTABLE[0])}"


def _cid(number: int) -> str:
    return "bafyrei" + b32encode(_digest("cid", number)).decode().lower().rstrip("=")


def _indexed_at(post: Post) -> dt.datetime:
    return post.created_at + dt.timedelta(milliseconds=412 + post.id % 500)
