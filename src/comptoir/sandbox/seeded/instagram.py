"""The simulated Instagram: official accounts, their media and comments, what others tag them on, hashtags of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from comptoir.config.watched import WatchedAccount
from comptoir.sandbox.answers import Ask, Record
from comptoir.sandbox.clock import DAY, Clock
from comptoir.sandbox.graph import Edge, GraphError, Node, Render, whole_number
from comptoir.sandbox.graph_insights import graph_time
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.growth import (
    days_back,
    find,
    followers_on,
    grown,
    institution,
    official_back,
    truth_of,
)
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.social_counters import account_metric, followers_by_group, post_metric
from comptoir.sandbox.seeded.stories import Stories
from comptoir.sandbox.seeded.threads import COMMENT_FIELDS, Threads, media_of
from comptoir.sandbox.seeded.writing import plain, told

SALT = 1_001
ACCOUNT_FIELDS = frozenset({"id", "ig_id", "username", "name", "biography", "followers_count", "follows_count",
                            "media_count", "profile_picture_url", "website"})  # fmt: skip
HASHTAG_FIELDS = frozenset({"id", "caption", "children", "comments_count", "like_count", "media_type", "media_url",
                            "permalink", "timestamp"})  # fmt: skip
MEDIA_FIELDS = HASHTAG_FIELDS | {"ig_id", "is_comment_enabled", "media_product_type", "owner", "shortcode",
                                 "thumbnail_url", "username"}  # fmt: skip
HASHTAG_PAGE = COMMENT_PAGE = 50


class SeededInstagram:
    """Accounts and media of the seeded world as Graph objects, at any clock."""

    def __init__(self, region: Region) -> None:
        self.first_night = FIRST_DAY
        self.seed, self.season = region.seed + SALT, region.season
        self.official = [(account, _author(self.seed, account)) for account in region.watched("instagram")]
        self.timeline = region.timeline(region.queries("instagram"), self.official, salt=SALT)
        self._accounts = {account.address: at for at, (account, _) in enumerate(self.official)}
        self._hashtags = {str(self._hashtag_id(tag)): tag for tag in self.timeline.known_tags()}
        self._counted = lru_cache(maxsize=64)(self._media_count)
        self.threads = Threads(self.seed, self.timeline.people, self.season)
        self.stories = Stories(self.seed, [author for _, author in self.official], self.season)

    def node(self, clock: Clock, node_id: str) -> Node | None:
        """Return an official account, one of its media, or a hashtag."""
        if node_id in self._accounts:
            return self._account(clock, self._accounts[node_id])
        if node_id in self._hashtags:
            rows = partial(self._recent, clock, self._hashtags[node_id])
            recent = {"recent_media": lambda ask: Edge("media", HASHTAG_FIELDS, rows(ask), HASHTAG_PAGE)}
            return Node("hashtag", frozenset({"id", "name"}), dict, recent)
        if story := self.stories.live(clock, node_id):
            return self.stories.node(clock, story)
        post = self._official(clock, node_id)
        if post is None:
            commented = self._official(clock, media_of(node_id))
            return self.threads.node(clock, commented, node_id) if commented else None
        group = "FEED VIDEO" if kinds(post) == ("VIDEO", "FEED") else kinds(post)[1]
        measure = lambda name, _day: post_metric(self.seed, post, clock, name)  # noqa: E731
        rows = partial(self.threads.rows, clock, post)
        edges = {"comments": lambda ask: Edge("comment", COMMENT_FIELDS, rows(ask), COMMENT_PAGE)}
        return Node("media", MEDIA_FIELDS, partial(self.media, post, clock), edges, group, measure)

    def _official(self, clock: Clock, media_id: str) -> Post | None:
        """The media of an official account; only those can be asked about."""
        post = find(self.timeline, int(media_id)) if media_id.isdecimal() else None
        return post if post and post.author.kind == "institution" and shown(post, clock) else None

    def search(self, clock: Clock, ask: Ask, root: str) -> list[Record] | None:
        """Answer ``ig_hashtag_search``."""
        if root != "ig_hashtag_search":
            return None
        self._asker(ask)
        tag = ask.query.get("q", "").lower()
        if tag not in self._hashtags.values():
            raise GraphError(24, "The requested resource does not exist", 2207024)
        return [{"id": str(self._hashtag_id(tag))}]

    def media(self, post: Post, clock: Clock) -> Record:
        """Return a media at a clock; what is ``None`` is left out of answers."""
        edited = post.edited_at is not None and post.edited_at <= clock.now
        age = (clock.now - post.created_at) / DAY
        media_type, product = kinds(post)
        code = f"{post.id:x}"[-11:]
        is_own = post.author.kind == "institution"
        return {
            "id": str(post.id),
            "ig_id": str(post.id ^ 0x2A),
            "caption": partial(self._caption, post, edited),
            "comments_count": partial(self.threads.count, clock, post) if is_own else grown(post.replies, age),
            "like_count": None if post.id % 17 == 0 else grown(post.favourites, age),
            "is_comment_enabled": True,
            "media_type": media_type,
            "media_product_type": product,
            "media_url": f"https://scontent.example/{code}.jpg",
            "permalink": f"https://www.instagram.example/p/{code}/",
            "shortcode": code,
            "thumbnail_url": f"https://scontent.example/{code}_t.jpg" if media_type == "VIDEO" else None,
            "timestamp": graph_time(post.created_at),
            "username": post.author.username,
            "owner": {"id": str(post.author.id)},
        }

    def _caption(self, post: Post, edited: bool) -> str | None:
        return None if post.id % 41 == 0 else plain(told(self.seed, post, self.timeline.people, edited=edited))

    def truth(self, media_id: str) -> dict[str, Any] | None:
        """Return the hidden truth of a media: for tests only, never served."""
        post = find(self.timeline, int(media_id))
        return truth_of(self.seed, self.timeline.people, post) if post else None

    def _account(self, clock: Clock, at: int) -> Node:
        _, author = self.official[at]
        edges = {
            "media": lambda ask: Edge(
                "media", MEDIA_FIELDS, self._rows(clock, self._own(clock, at, whole_number(ask, "since", 0)))
            ),
            "tags": lambda _: Edge("media", MEDIA_FIELDS, self._rows(clock, self._tagging(clock, at))),
            "stories": lambda _: Edge("media", MEDIA_FIELDS, self.stories.rows(clock, at)),
        }
        measure = partial(account_metric, self.seed, author, self.season, clock)
        audience = partial(self._audience, clock, at)
        snapshot = partial(self._snapshot, clock, at)
        return Node("account", ACCOUNT_FIELDS, snapshot, edges, "instagram", measure, audience)

    def _audience(self, clock: Clock, at: int, breakdown: str) -> list[tuple[list[str], int]]:
        account, author = self.official[at]
        towns = [place.name for place in self.timeline.places.within(account.territory_id)]
        followers = followers_on(self.seed, author, clock.night)
        return followers_by_group(self.seed, author, followers, towns, breakdown)

    def _snapshot(self, clock: Clock, at: int) -> Record:
        account, author = self.official[at]
        return {
            "id": account.address,
            "ig_id": str(author.id % 10**10),
            "username": author.username,
            "name": author.display_name,
            "biography": author.note,
            "followers_count": followers_on(self.seed, author, clock.night),
            "follows_count": author.following,
            "media_count": author.statuses + self._counted(clock, at),
            "website": f"https://www.{author.username}.example",
        }

    def _media_count(self, clock: Clock, at: int) -> int:
        return sum(1 for _ in self._own(clock, at))

    def _rows(self, clock: Clock, posts: Iterable[Post]) -> Iterator[Render]:
        return (partial(self.media, post, clock) for post in posts)

    def _own(self, clock: Clock, at: int, since: int = 0) -> Iterator[Post]:
        for post in official_back(self.timeline, clock, at, since):
            if shown(post, clock):
                yield post

    def _tagging(self, clock: Clock, at: int) -> Iterator[Post]:
        """One media in six of other people tags an account, each one of them."""
        for day in days_back(clock):
            for post in reversed(self.timeline.people_on(day)):
                drawn = (post.id >> 16) % (6 * len(self.official))
                if drawn == at and shown(post, clock):
                    yield post

    def _recent(self, clock: Clock, tag: str, ask: Ask) -> Iterator[Render]:
        """Public media of the last 24 hours under a hashtag; whose they are is not told."""
        self._asker(ask)
        for day in list(days_back(clock))[:3]:
            for post in reversed(self.timeline.public_on(day)):
                if tag in map(str.lower, post.tags) and shown(post, clock) and post.created_at > clock.now - DAY:
                    yield partial(self.media, post, clock)

    def _asker(self, ask: Ask) -> None:
        if ask.query.get("user_id") not in self._accounts:
            raise GraphError(100, "(#100) The parameter user_id is required")

    def _hashtag_id(self, tag: str) -> int:
        return 17_841_000_000_000_000 + chance("hashtag", tag).randrange(10**12)


def shown(post: Post, clock: Clock) -> bool:
    """Tell whether a post stands on Instagram, which has no boosts and no answers among media."""
    return post.reblog_of is None and not post.is_reply and post.visible(clock.now)


def kinds(post: Post) -> tuple[str, str]:
    """Return the ``media_type`` and ``media_product_type`` of a post."""
    if post.media > 1:
        return "CAROUSEL_ALBUM", "FEED"
    if post.id % 4 == 0:
        return "VIDEO", "REELS"
    return ("VIDEO" if post.id % 7 == 0 else "IMAGE"), "FEED"


def _author(seed: int, account: WatchedAccount) -> Author:
    username = account.account_key.removesuffix("_instagram")
    return replace(institution(seed, account, f"{username}@instagram.example"), id=int(account.address))
