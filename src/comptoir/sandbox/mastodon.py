"""The Mastodon REST API: account look-up, an account's posts, a hashtag's timeline; pages by ``Link`` header."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol
from urllib.parse import urlencode

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, free_at
from comptoir.sandbox.clock import Clock, mastodon_time

ACCOUNT_POSTS = re.compile(r"^/api/v1/accounts/([^/]+)/statuses/?$")
TAG_POSTS = re.compile(r"^/api/v1/timelines/tag/([^/]+)/?$")
MAX_PAGE, DEFAULT_PAGE = 40, 20
CALLS_ALLOWED, WINDOW = 300, dt.timedelta(minutes=5)
VIEWER_ONLY = ("favourited", "reblogged", "muted", "bookmarked", "filtered", "pinned")


@dataclass(frozen=True, slots=True)
class Listed:
    """A post in a list, rendered only when it is on the page."""

    id: int
    is_reply: bool
    is_boost: bool
    render: Callable[[], Record]


class Instance(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def account(self, clock: Clock, acct: str) -> Record | None:
        """Return the account of an address, or nothing."""
        ...

    def account_posts(self, clock: Clock, account_id: str, below: int | None) -> Iterable[Listed] | None:
        """Yield an account's posts with an id under ``below``, newest first; nothing for an unknown account."""
        ...

    def tag_posts(self, clock: Clock, hashtag: str, below: int | None) -> Iterable[Listed] | None:
        """Yield public posts under a hashtag with an id under ``below``, newest first."""
        ...


class Mastodon(Publisher):
    """The protocol over an instance."""

    family = "mastodon"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "status": RecordKind(
            keys=("uri",),
            dates=("created_at",),
            numbers=("favourites_count",),
            texts=("content", "display_name"),
            codes=("visibility", "language", "type"),
            added=("reactions_count", 3),
            removed=("replies_count",),
        ),
        "account": RecordKind(
            numbers=("followers_count",),
            texts=("display_name",),
            added=("trust_level", 2),
            removed=("followers_count",),
            snapshot=True,
        ),
    }

    def __init__(self, instance: Instance, *, token: str | None = None) -> None:
        self.instance = instance
        self.token = token
        self.first_night = instance.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say in Mastodon's shape what went wrong."""
        return Answer({"error": message}, status=status, headers=rate_headers(CALLS_ALLOWED - 1))

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 429 with an ISO time of reset."""
        reset = free_at(for_the_day=for_the_day).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        return Answer(
            {"error": "Too many requests"}, status=429, headers=rate_headers(0) | {"X-RateLimit-Reset": reset}
        )

    def answer(self, ask: Ask) -> Answer:
        """Answer the three calls that the sandbox knows; anything else is not found."""
        if self.token and ask.bearer != self.token:
            return self.error(401, "The access token is invalid")
        if any(not ask.query.get(name, "0").isdecimal() for name in ("limit", "max_id", "min_id", "since_id")):
            return self.error(400, "Page parameters must be whole numbers")
        if ask.path.rstrip("/") == "/api/v1/accounts/lookup":
            account = self.instance.account(ask.clock, ask.query.get("acct", ""))
            if account is None:
                return self.error(404, "Record not found")
            return Answer(next(iter(ask.touch("account", [account]))), headers=rate_headers(CALLS_ALLOWED - 1))
        if found := ACCOUNT_POSTS.match(ask.path):
            return self._page(ask, self.instance.account_posts(ask.clock, found[1], _start(ask)), endless=False)
        found = TAG_POSTS.match(ask.path)
        posts = self.instance.tag_posts(ask.clock, found[1], _start(ask)) if found else None
        return self._page(ask, posts, endless=True)

    def _page(self, ask: Ask, posts: Iterable[Listed] | None, *, endless: bool) -> Answer:
        if posts is None:
            return self.error(404, "Record not found")
        limit = max(1, min(int(ask.query.get("limit", DEFAULT_PAGE)), MAX_PAGE))
        page = _cut(ask, _filtered(ask, posts), limit)
        headers = rate_headers(CALLS_ALLOWED - 1)
        links = []
        # As the real server: an account's list has a next page only after a full one, a timeline after any.
        if page and (endless or len(page) == limit):
            links.append(_link(ask, "next", "max_id", page[-1].id))
        if page:
            links.append(_link(ask, "prev", "min_id", page[0].id))
        if links:
            headers["Link"] = ", ".join(links)
        rendered = [_for_viewer(post.render(), ask.bearer != "") for post in page]
        return Answer(list(ask.touch("status", rendered)), headers=headers)


def rate_headers(remaining: int) -> dict[str, str]:
    """Return the rate-limit headers; their reset is on the real clock, for clients wait by their own."""
    now = dt.datetime.now(dt.UTC)
    reset = now + WINDOW - (now - dt.datetime.min.replace(tzinfo=dt.UTC)) % WINDOW
    return {
        "X-RateLimit-Limit": str(CALLS_ALLOWED),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": mastodon_time(reset).replace("Z", "000Z"),
    }


def _start(ask: Ask) -> int | None:
    text = ask.query.get("max_id")
    if text is None:
        return None
    return int(text) + (1 if ask.overlap else 0)


def _true(ask: Ask, name: str) -> bool:
    return ask.query.get(name, "").lower() in ("1", "true")


def _filtered(ask: Ask, posts: Iterable[Listed]) -> Iterator[Listed]:
    no_replies, no_boosts = _true(ask, "exclude_replies"), _true(ask, "exclude_reblogs")
    if _true(ask, "pinned"):
        return
    for post in posts:
        if not (no_replies and post.is_reply) and not (no_boosts and post.is_boost):
            yield post


def _cut(ask: Ask, posts: Iterable[Listed], limit: int) -> list[Listed]:
    floor = int(ask.query.get("min_id") or ask.query.get("since_id") or 0)
    page: list[Listed] = []
    for post in posts:
        if post.id <= floor or ("min_id" not in ask.query and len(page) == limit):
            break
        page.append(post)
    if ask.overlap and [str(post.id) for post in page] == [ask.query.get("max_id")]:
        return []  # nothing but the repeated row: the list has ended
    return page[-limit:]


def _link(ask: Ask, relation: str, parameter: str, post_id: int) -> str:
    kept = [(k, v) for k, v in ask.query.multi_items() if k not in ("max_id", "min_id", "since_id")]
    if relation == "next" and "since_id" in ask.query:
        kept.append(("since_id", ask.query["since_id"]))
    return f'<{ask.url}?{urlencode([*kept, (parameter, str(post_id))])}>; rel="{relation}"'


def _for_viewer(status: Record, authenticated: bool) -> Record:
    if authenticated:
        return status
    return {name: value for name, value in status.items() if name not in VIEWER_ONLY}
