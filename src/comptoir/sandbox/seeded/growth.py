"""What every simulated network shares: official accounts, followers and counters that grow, days, hidden truth."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from comptoir.config.watched import WatchedAccount
from comptoir.sandbox.clock import DAY, PARIS, Clock, midnight
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.people import Author, People, account_id
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post, Timeline
from comptoir.sandbox.seeded.season import PLANTED
from comptoir.sandbox.seeded.writing import told

MOVING_DAYS = 7.0


def institution(seed: int, account: WatchedAccount, address: str) -> Author:
    """Return who stands behind an official account of any platform; ``address`` is ``user@host`` or a mere name."""
    username, _, host = address.partition("@")
    rng = chance(seed, "institution", account.account_key)
    return Author(
        id=account_id(seed, address),
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


def followers_on(seed: int, author: Author, night: dt.date) -> int:
    """Grow towards a plateau, with nightly noise and a step after each viral post."""
    days = (night - FIRST_DAY).days
    reached = author.followers * (0.8 + 0.2 * (1 - math.exp(-days / 160)))
    for year in range(FIRST_DAY.year, night.year + 1):
        for event in PLANTED:
            began = dt.date(year, event.month, event.day)
            if event.name == "viral_post" and FIRST_DAY <= began <= night:
                reached += 0.015 * author.followers * (1 - math.exp(-((night - began).days + 1) / 2))
    return round(reached * (1 + chance(seed, "followers", author.id, night).gauss(0, 0.0006)))


def grown(final: int, age_days: float, moving_days: float = MOVING_DAYS) -> int:
    """Return a counter that grows fast at first and stands still after ``moving_days``."""
    if age_days >= moving_days:
        return final
    return int(final * (1 - math.exp(-3 * max(0.0, age_days) / moving_days)) / (1 - math.exp(-3)))


def paris_day(post_id: int) -> dt.date:
    """Return the Paris day on which a post was born, which its id tells."""
    return dt.datetime.fromtimestamp((post_id >> 16) / 1000, PARIS).date()


def days_back(clock: Clock, below: int | None = None) -> Iterator[dt.date]:
    """Yield the days that may hold posts with an id under ``below``, newest first."""
    day = clock.night + DAY
    if below is not None and 0 < below >> 16 < 2**42:
        day = min(day, paris_day(below))
    while day >= FIRST_DAY:
        yield day
        day -= DAY


def official_back(timeline: Timeline, clock: Clock, at: int, since: int) -> Iterator[Post]:
    """Yield an official account's posts, newest first, back to an instant (epoch seconds)."""
    for day in days_back(clock):
        if midnight(day + DAY).timestamp() < since:
            return
        for post in reversed(timeline.official_on(at, day)):
            if post.created_at.timestamp() >= since:
                yield post


def find(timeline: Timeline, post_id: int) -> Post | None:
    """Return the post of an id, whether it can still be seen or not."""
    try:
        day = paris_day(post_id)
    except (ValueError, OverflowError):
        return None
    born = [post for at in range(len(timeline.accounts)) for post in timeline.official_on(at, day)]
    return next((post for post in [*timeline.people_on(day), *born] if post.id == post_id), None)


def hidden(post: Post, identities: Sequence[str]) -> dict[str, Any]:
    """Return the truth of a post, for tests only: never served."""
    kind = post.author.kind
    return {
        "author_kind": kind,
        "audience": kind if kind in ("resident", "visitor", "prospect") else None,
        "theme": post.theme,
        "stance": post.stance,
        "voice": post.voice,
        "is_ironic": post.voice == "irony",
        "place": post.place,
        "identities": list(identities),
        "edited_at": post.edited_at,
        "deleted_at": post.deleted_at,
    }


def truth_of(seed: int, people: People, post: Post) -> dict[str, Any]:
    """Return the truth of a written post, the identities that its text names included; for tests only."""
    return hidden(post, [] if post.reblog_of else told(seed, post, people, edited=False).identities)
