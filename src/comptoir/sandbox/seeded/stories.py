"""The stories of the simulated Instagram: a day of life, a few counters, nothing afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, Clock, midnight
from comptoir.sandbox.graph import GraphError, Node, Render
from comptoir.sandbox.graph_insights import graph_time
from comptoir.sandbox.seeded.chance import chance, count
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.season import Season

FIELDS = frozenset({"id", "ig_id", "caption", "comments_count", "like_count", "media_type", "media_product_type",
                    "media_url", "owner", "permalink", "shortcode", "thumbnail_url", "timestamp",
                    "username"})  # fmt: skip
SHARES = {"reach": 1.0, "views": 1.2, "shares": 0.01, "navigation": 1.1, "profile_visits": 0.02, "follows": 0.002,
          "total_interactions": 0.015, "profile_activity": 0.001, "replies": 0.0}  # fmt: skip
CAPTIONS = (None, "Marée haute ce soir, belle journée à tous #bretagne", None, "On vous attend au port !")
A_DAY = 1.4
FEWEST_VIEWERS = 5
BASE = 17_900_000_000_000_000


@dataclass(frozen=True)
class Story:
    """A story as decided at its birth; ``viewers`` is how many will have seen it when it ends."""

    id: str
    created_at: dt.datetime
    author: Author
    is_video: bool
    viewers: int


class Stories:
    """What the official accounts show for 24 hours; their place in ``authors`` stands in the ids."""

    def __init__(self, seed: int, authors: Sequence[Author], season: Season) -> None:
        self.seed, self.authors, self.season = seed, authors, season

    def on(self, at: int, day: dt.date) -> Iterator[Story]:
        """Yield the stories that an account began on a Paris day, oldest first."""
        rng = chance(self.seed, "stories", at, day)
        moments = sorted(rng.uniform(8, 22) for _ in range(count(rng, A_DAY * self.season.level(day))))
        for number, hour in enumerate(moments):
            viewers = int(self.authors[at].followers * rng.uniform(0.02, 0.09)) if rng.random() > 0.08 else 3
            story_id = str(BASE + day.toordinal() * 10_000 + at * 100 + number)
            created_at = midnight(day) + dt.timedelta(seconds=round(hour * 3_600))
            yield Story(story_id, created_at, self.authors[at], rng.random() < 0.4, viewers)

    def rows(self, clock: Clock, at: int) -> Iterator[Render]:
        """Yield an account's stories that live at a clock, newest first."""
        living = [story for day in (clock.night - DAY, clock.night, clock.night + DAY) for story in self.on(at, day)]
        for story in reversed(living):
            if _lives(story, clock):
                yield partial(self._record, story)

    def live(self, clock: Clock, story_id: str) -> Story | None:
        """Return the story of an id while it lives."""
        if not story_id.isdecimal() or not BASE <= int(story_id) < BASE * 2:
            return None
        ordinal, rest = divmod(int(story_id) - BASE, 10_000)
        if not 0 < ordinal < dt.date.max.toordinal() or rest // 100 >= len(self.authors):
            return None
        found = [story for story in self.on(rest // 100, dt.date.fromordinal(ordinal)) if story.id == story_id]
        return found[0] if found and _lives(found[0], clock) else None

    def node(self, clock: Clock, story: Story) -> Node:
        """Return a story as an object with insights."""
        return Node("media", FIELDS, partial(self._record, story), {}, "STORY", partial(self._measured, story, clock))

    def _record(self, story: Story) -> Record:
        return {
            "id": story.id,
            "ig_id": str(int(story.id) ^ 0x2A),
            "caption": CAPTIONS[int(story.id) % len(CAPTIONS)],
            "comments_count": 0,
            "like_count": 0,
            "media_type": "VIDEO" if story.is_video else "IMAGE",
            "media_product_type": "STORY",
            "media_url": f"https://scontent.example/{story.id}.jpg",
            "permalink": f"https://www.instagram.example/stories/{story.author.username}/{story.id}",
            "shortcode": story.id[-11:],
            "timestamp": graph_time(story.created_at),
            "username": story.author.username,
            "owner": {"id": str(story.author.id)},
        }

    def _measured(self, story: Story, clock: Clock, name: str, _day: dt.date | None) -> Any:
        reach = int(story.viewers * min(1.0, (clock.now - story.created_at) / DAY * 1.2))
        if reach < FEWEST_VIEWERS:
            raise GraphError(10, "(#10) Not enough viewers for the media to show insights")
        return int(reach * SHARES[name])


def _lives(story: Story, clock: Clock) -> bool:
    return story.created_at <= clock.now < story.created_at + DAY
