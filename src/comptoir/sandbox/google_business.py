"""Google Business Profile: the reviews of a location, by pages with a token, and its rating."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import Clock

REVIEWS = re.compile(r"^/v4/(accounts/\d+/locations/\d+)/reviews/?$")
MAX_PAGE = 50
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A review in a list, rendered only when it is on the page."""

    updated_at: dt.datetime
    stars: int
    render: Callable[[], Record]


ORDERS: dict[str, Callable[[Listed], float]] = {
    "updateTime desc": lambda review: -review.updated_at.timestamp(),
    "rating": lambda review: review.stars,
    "rating desc": lambda review: -review.stars,
}


class Profiles(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def reviews(self, clock: Clock, location: str) -> Sequence[Listed] | None:
        """Return what is visible of a location (``accounts/1/locations/2``), or nothing for an unknown one."""
        ...


class GoogleBusiness(Publisher):
    """The protocol over the profiles of establishments."""

    family = "google_business"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "review": RecordKind(
            keys=("name",),
            dates=("createTime", "updateTime"),
            numbers=("starRating",),
            texts=("comment", "displayName"),
            codes=("starRating",),
            added=("reviewMediaItems", []),
            removed=("updateTime",),
        ),
        "location": RecordKind(
            numbers=("averageRating", "totalReviewCount"),
            added=("bayesianRating", 4.1),
            removed=("totalReviewCount",),
            snapshot=True,
        ),
    }

    def __init__(self, profiles: Profiles, *, token: str | None = None) -> None:
        self.profiles = profiles
        self.token = token
        self.first_night = profiles.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say in Google's shape what went wrong."""
        return Answer(_problem(status, message), status=status)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 429 with the delay among the details, as google.rpc does."""
        delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "86400s" if for_the_day else "0.1s"}
        message = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of the service."
        return Answer(_problem(429, message, delay), status=429)

    def error_in_200(self, answer: Answer) -> Answer:
        """Say in 200 that the backend failed."""
        return Answer(
            {"error": {"code": 503, "message": "The service is currently unavailable.", "status": "UNAVAILABLE"}}
        )

    def answer(self, ask: Ask) -> Answer:
        """Answer a page of a location's reviews."""
        if self.token and ask.bearer != self.token:
            return self.error(401, "Request had invalid authentication credentials.")
        found = REVIEWS.match(ask.path)
        reviews = self.profiles.reviews(ask.clock, found[1]) if found else None
        if reviews is None:
            return self.error(404, "Requested entity was not found.")
        size, order = ask.query.get("pageSize", "50"), ask.query.get("orderBy", "updateTime desc")
        if not size.isdecimal() or not 1 <= int(size) <= MAX_PAGE or order not in ORDERS:
            return self.error(400, "Request contains an invalid argument.")
        offset = _offset(ask.query.get("pageToken", ""))
        if offset is None:
            return self.error(400, "Request contains an invalid argument: page_token.")
        if not reviews:
            return Answer({})
        ranked = sorted(reviews, key=ORDERS[order])
        page = ranked[ask.start(offset) : offset + int(size)]
        stars = [review.stars for review in reviews]
        told = {"averageRating": round(sum(stars) / len(stars), 1), "totalReviewCount": len(stars)}
        payload = dict(next(iter(ask.touch("location", [told]))))
        payload["reviews"] = list(ask.touch("review", [review.render() for review in page]))
        if offset + int(size) < len(ranked):
            payload["nextPageToken"] = base64.urlsafe_b64encode(f"at:{offset + int(size)}".encode()).decode()
        return Answer(payload)


def _problem(status: int, message: str, *details: Record) -> Record:
    problem: Record = {"code": status, "message": message, "status": STATUSES.get(status, "INTERNAL")}
    if details:
        problem["details"] = list(details)
    return {"error": problem}


def _offset(token: str) -> int | None:
    if not token:
        return 0
    try:
        mark, _, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        return int(offset) if mark == "at" else None
    except ValueError:
        return None
