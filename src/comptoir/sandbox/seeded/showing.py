"""What a night shows of the region's accounts and posts, whatever the platform: counters, texts, and the truth."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

from comptoir.sandbox.clock import DAY, PARIS, Clock, midnight
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.people import Author, People
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post, Timeline
from comptoir.sandbox.seeded.season import PLANTED
from comptoir.sandbox.seeded.writing import Text, compose, identity
from comptoir.settings import WatchedAccount

MOVING_DAYS = 7.0


def institution(seed: int, account: WatchedAccount, *, number: int, username: str, host: str) -> Author:
    """Return the author behind an official account; ``number`` is its id on the platform."""
    rng = chance(seed, "institution", account.account_key)
    return Author(
        id=number,
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
    grown_to = author.followers * (0.8 + 0.2 * (1 - math.exp(-days / 160)))
    for year in range(FIRST_DAY.year, night.year + 1):
        for event in PLANTED:
            began = dt.date(year, event.month, event.day)
            if event.name == "viral_post" and FIRST_DAY <= began <= night:
                grown_to += 0.015 * author.followers * (1 - math.exp(-((night - began).days + 1) / 2))
    return round(grown_to * (1 + chance(seed, "followers", author.id, night).gauss(0, 0.0006)))


def grown(final: int, age_days: float) -> int:
    """Return a counter that grows fast at first and stands still after a week."""
    if age_days >= MOVING_DAYS:
        return final
    return int(final * (1 - math.exp(-3 * max(0.0, age_days) / MOVING_DAYS)) / (1 - math.exp(-3)))


def text_of(seed: int, people: People, post: Post, *, edited: bool) -> Text:
    """Return what a post says, before or after its edit."""
    rng = chance(seed, "text", post.id)
    written = Text(compose(rng, post.voice, post.theme, post.stance, post.place, post.language))
    if post.voice in ("resident", "visitor", "prospect", "business") and rng.random() < 0.05:
        sentence, written.identities = identity(rng)
        written.paragraphs.append(sentence)
    if post.voice in ("media", "institution", "business") and rng.random() < 0.5:
        written.link = f"https://www.{post.author.username.replace('_', '-')}.example/actualites/{post.id % 99991}"
    if post.is_reply:
        someone = people.by_kind["resident"][post.id % 50]
        written.mentions = ((someone.username, someone.url),)
    if edited:
        written.paragraphs.append(rng.choice(phrases()["corrections"]))
    # Some people write their hashtags, some let them stand in the sentence, capitals and all.
    written.tags = tuple(tag.capitalize() if post.id % 3 else tag for tag in post.tags)
    return written


def plain(text: Text) -> str:
    """Return a text as platforms without mark-up carry it."""
    lines = [*text.paragraphs, *([text.link] if text.link else [])]
    lines += [" ".join(f"#{tag}" for tag in text.tags)] if text.tags else []
    return "\n".join(lines)


def truth_of(seed: int, people: People, post: Post) -> dict[str, Any]:
    """Return the hidden truth of a post: for tests only, never served."""
    kind = post.author.kind
    return {
        "author_kind": kind,
        "audience": kind if kind in ("resident", "visitor", "prospect") else None,
        "theme": post.theme,
        "stance": post.stance,
        "voice": post.voice,
        "is_ironic": post.voice == "irony",
        "place": post.place,
        "identities": [] if post.reblog_of else text_of(seed, people, post, edited=False).identities,
        "edited_at": post.edited_at,
        "deleted_at": post.deleted_at,
    }


def find(timeline: Timeline, post_id: int) -> Post | None:
    """Return a post by its number, whether it is still there or not."""
    if not 0 < post_id >> 16 < 2**42:
        return None
    day = born_on(post_id)
    born = [post for at in range(len(timeline.accounts)) for post in timeline.official_on(at, day)]
    return next((post for post in [*timeline.people_on(day), *born] if post.id == post_id), None)


def born_on(post_id: int) -> dt.date:
    """Return the Paris day on which a post was born: its id carries its millisecond."""
    return dt.datetime.fromtimestamp((post_id >> 16) / 1000, PARIS).date()


def days_back(clock: Clock, below: int | None = None) -> Iterator[dt.date]:
    """Yield the days from the clock (or from the post of that id) back to the first one of the world."""
    day = clock.night + DAY
    if below is not None and 0 < below >> 16 < 2**42:
        day = min(day, born_on(below))
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
