"""What the simulated people write under an official post, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comptoir.sandbox.seeded.chance import chance, weighted
from comptoir.sandbox.seeded.people import Author, People
from comptoir.sandbox.seeded.posts import Post
from comptoir.sandbox.seeded.season import Season
from comptoir.sandbox.seeded.writing import compose

OFFICIAL_EVERY = 3  # one answer in so many is the account's own


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as decided at its birth; ``answers`` is the number of the one that it answers."""

    number: int
    created_at: dt.datetime
    deleted_at: dt.datetime | None
    author: Author
    likes: int
    answers: int | None
    text: str

    @property
    def is_official(self) -> bool:
        """Tell whether the account that posted answers, instead of ``author``."""
        return self.answers is not None and self.number % OFFICIAL_EVERY == 0

    def visible(self, now: dt.datetime) -> bool:
        """Tell whether it stands there at an instant."""
        return self.created_at <= now and (self.deleted_at is None or self.deleted_at > now)


def comments_of(seed: int, people: People, season: Season, post: Post) -> list[Comment]:
    """Every comment that a post will ever have, oldest first; most come soon."""
    rng = chance(seed, "comments", post.id)
    minutes = sorted(1 + 6 * 1_440 * rng.random() ** 3 for _ in range(post.replies))
    found = []
    for number, after in enumerate(minutes, 1):
        kind = "visitor" if rng.random() < season.visitor_share(post.created_at.date()) else "resident"
        theme = weighted(rng, (("plages", 2), ("stationnement", 2), ("proprete", 2), ("fetes", 2)))
        stance = weighted(rng, (("positive", 5), ("negative", 3), ("neutral", 2)))
        created_at = post.created_at + dt.timedelta(minutes=after)
        deleted = created_at + dt.timedelta(hours=rng.uniform(1, 72)) if rng.random() < 0.03 else None
        said = " ".join(compose(rng, kind, theme, stance, post.place, "fr"))
        author = people.draw(rng, kind)
        answers = rng.randrange(1, number) if number > 1 and rng.random() < 0.25 else None
        found.append(Comment(number, created_at, deleted, author, rng.choice([0, 0, 0, 1, 2, 5]), answers, said))
    return found
