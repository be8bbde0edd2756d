"""Bluesky's XRPC API: sessions, profiles, an account's feed, search by hashtag; pages by an opaque ``cursor``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, free_at, now
from comptoir.sandbox.bluesky_sessions import SessionError, Sessions
from comptoir.sandbox.clock import Clock

MAX_PAGE, FEED_PAGE, SEARCH_PAGE, MAX_PROFILES = 100, 50, 25, 25
CALLS_ALLOWED, WINDOW = 3000, dt.timedelta(minutes=5)
EMPTY_EVERY = 5
NAMES = {400: "InvalidRequest", 401: "AuthMissing", 404: "XRPCNotSupported", 429: "RateLimitExceeded"}
FORBIDDEN = b"<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
COUNTS = ("likeCount", "repostCount", "replyCount", "quoteCount", "bookmarkCount")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a feed, rendered only when it is on the page."""

    id: int
    at: dt.datetime
    is_reply: bool
    has_media: bool
    render: Callable[[], Record]


class Network(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def profile(self, clock: Clock, actor: str) -> Record | None:
        """Return the profile of a did or handle, or nothing."""
        ...

    def pinned(self, clock: Clock, actor: str) -> Item | None:
        """Return the item that an account pinned to the top of its feed, if it did."""
        ...

    def feed(self, clock: Clock, actor: str, below: int | None) -> Iterable[Item] | None:
        """Yield the items of an account's feed with an id under ``below``, newest first; nothing for an unknown one."""
        ...

    def tagged(self, clock: Clock, tag: str, below: int | None) -> Iterable[Item]:
        """Yield the posts under a hashtag with an id under ``below``, newest first."""
        ...


class Bluesky(Publisher):
    """The protocol over a network.

    With a ``token`` it is an account's own server and wants a session, whose password is the token (or the last part
    of it). ``is_public`` makes it the public host, which has no sessions and refuses any search with a cursor.
    """

    family = "bluesky"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "post": RecordKind(
            keys=("uri",),
            dates=("indexedAt", "createdAt"),
            numbers=COUNTS,
            texts=("text",),
            codes=("langs",),
            added=("viewCount", 3),
            removed=("replyCount",),
        ),
        "profile": RecordKind(
            numbers=("followersCount", "followsCount", "postsCount"),
            texts=("displayName", "description"),
            added=("trustLevel", 2),
            removed=("followersCount",),
            snapshot=True,
        ),
    }

    def __init__(self, network: Network, *, token: str | None = None) -> None:
        self.network = network
        self.sessions = Sessions(token)
        self.first_night = network.first_night
        self.is_public = False

    def error(self, status: int, message: str, name: str = "") -> Answer:
        """Say in the protocol's shape what went wrong."""
        body = {"error": name or NAMES.get(status, "InternalServerError"), "message": message}
        return Answer(body, status=status, headers=_rate_headers(CALLS_ALLOWED - 1))

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 429 with the reset in epoch seconds."""
        headers = _rate_headers(0) | {"RateLimit-Reset": str(int(free_at(for_the_day=for_the_day).timestamp()))}
        return Answer({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, status=429, headers=headers)

    def error_in_200(self, answer: Answer) -> Answer:
        """Answer an error that calls itself a success."""
        return Answer({"error": "UpstreamFailure", "message": "Upstream Failure"})

    def answer(self, ask: Ask) -> Answer:
        """Answer the methods that the sandbox knows."""
        method = ask.path.removeprefix("/xrpc/")
        answered: Answer | SessionError | None
        if self.is_public:
            answered = self.error(404, "Method Not Implemented") if ask.method == "POST" else None
        else:
            answered = self.sessions.answer(ask) if ask.method == "POST" else self.sessions.refusal(ask)
        if isinstance(answered, SessionError):
            return self.error(answered.status, answered.message, answered.name)
        if answered is not None:
            return answered
        methods = {
            "app.bsky.actor.getProfile": self._profile,
            "app.bsky.actor.getProfiles": self._profiles,
            "app.bsky.feed.getAuthorFeed": self._feed,
            "app.bsky.feed.searchPosts": self._search,
        }
        if method not in methods:
            return self.error(404, "Method Not Implemented")
        return methods[method](ask)

    def _profile(self, ask: Ask) -> Answer:
        found = self.network.profile(ask.clock, ask.query.get("actor", ""))
        if found is None:
            return self.error(400, "Profile not found")
        return Answer(next(iter(ask.touch("profile", [found]))), headers=_rate_headers(CALLS_ALLOWED - 1))

    def _profiles(self, ask: Ask) -> Answer:
        actors = ask.query.getlist("actors")
        if not 1 <= len(actors) <= MAX_PROFILES:
            return self.error(400, f"Error: actors must have 1 to {MAX_PROFILES} elements")
        found = [profile for actor in actors if (profile := self.network.profile(ask.clock, actor))]
        return Answer({"profiles": list(ask.touch("profile", found))}, headers=_rate_headers(CALLS_ALLOWED - 1))

    def _feed(self, ask: Ask) -> Answer:
        limit, actor = _limit(ask, FEED_PAGE), ask.query.get("actor", "")
        below, is_first = _below(ask), "cursor" not in ask.query
        items = self.network.feed(ask.clock, actor, below) if limit and below != 0 else None
        if items is None:
            return self.error(400, "Profile not found" if limit and below != 0 else "Error: bad limit or cursor")
        shown = ask.query.get("filter", "posts_with_replies")
        kept = (
            item
            for item in items
            if not (shown == "posts_no_replies" and item.is_reply)
            and not (shown == "posts_with_media" and not item.has_media)
        )
        page = _cut(kept, limit)
        pinned = self.network.pinned(ask.clock, actor) if is_first and ask.query.get("includePins") == "true" else None
        rendered = [item.render() for item in [*([pinned] if pinned else []), *page]]
        posts = ask.touch("post", [entry["post"] for entry in rendered])
        feed = [{**entry, "post": post} for entry, post in zip(rendered, posts, strict=True)]
        return _page({"feed": feed}, page, limit)

    def _search(self, ask: Ask) -> Answer:
        if self.is_public and "cursor" in ask.query:
            return Answer(chunks=[FORBIDDEN], status=403, media_type="text/html")
        limit, below = _limit(ask, SEARCH_PAGE), _below(ask)
        if not limit or below == 0 or "q" not in ask.query:
            return self.error(400, "Error: Params must have the property q, a limit up to 100 and an earlier cursor")
        # A page may be empty and yet not the last.
        cursor = ask.query.get("cursor", "")
        if below and below % EMPTY_EVERY == 0 and not cursor.endswith(".1"):
            return Answer({"posts": [], "cursor": f"{cursor}.1"}, headers=_rate_headers(CALLS_ALLOWED - 1))
        since, until = _instant(ask.query.get("since")), _instant(ask.query.get("until"))
        tag = ask.query.get("tag") or ask.query["q"].removeprefix("#")
        page = _cut(_between(self.network.tagged(ask.clock, tag, below), since, until), limit)
        posts = list(ask.touch("post", [item.render()["post"] for item in page]))
        return _page({"posts": posts}, page, limit)


def _page(body: dict[str, Any], page: list[Item], limit: int) -> Answer:
    if len(page) == limit:
        body["cursor"] = str(page[-1].id)
    return Answer(body, headers=_rate_headers(CALLS_ALLOWED - 1))


def _cut(items: Iterable[Item], limit: int) -> list[Item]:
    page: list[Item] = []
    for item in items:
        page.append(item)
        if len(page) == limit:
            break
    return page


def _between(items: Iterable[Item], since: dt.datetime | None, until: dt.datetime | None) -> Iterator[Item]:
    for item in items:
        if since and item.at < since:
            return
        if not until or item.at < until:
            yield item


def _limit(ask: Ask, usual: int) -> int:
    """Return how many items are asked for; 0 for what is no such number."""
    text = ask.query.get("limit", str(usual))
    return int(text) if text.isdecimal() and 1 <= int(text) <= MAX_PAGE else 0


def _below(ask: Ask) -> int | None:
    """Return the id under which a page begins, one more where pages overlap; 0 for what is no cursor."""
    if "cursor" not in ask.query:
        return None
    text = ask.query["cursor"].removesuffix(".1")
    return int(text) + ask.overlap if text.isdecimal() else 0


def _instant(text: str | None) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _rate_headers(remaining: int) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(CALLS_ALLOWED),
        "RateLimit-Remaining": str(remaining),
        "RateLimit-Reset": str(int((now() + WINDOW).timestamp())),
        "RateLimit-Policy": f"{CALLS_ALLOWED};w={int(WINDOW.total_seconds())}",
    }
