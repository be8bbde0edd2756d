"""The one region behind every simulated publisher: its places, its year, its people, and what is watched of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from comptoir.config.file import Config
from comptoir.config.watched import ListeningQuery, Platform, WatchedAccount
from comptoir.sandbox.seeded.people import Author, People
from comptoir.sandbox.seeded.places import Places
from comptoir.sandbox.seeded.posts import Timeline
from comptoir.sandbox.seeded.season import Season

HOLIDAY_ZONE = "B"


@dataclass(frozen=True)
class Region:
    """What the publishers of a seeded world share. ``scale`` multiplies what people do; ``token`` lets clients in."""

    seed: int
    scale: float
    config: Config
    reference: Path = field(repr=False)
    token: str | None = field(default=None, repr=False)

    @cached_property
    def places(self) -> Places:
        """The region's communes."""
        return Places(self.reference / "communes.csv")

    @cached_property
    def season(self) -> Season:
        """How busy each day is."""
        return Season(self.reference / "school_holidays.csv", HOLIDAY_ZONE)

    @cached_property
    def people(self) -> People:
        """The people: the same ones post, review, phone and fill in forms."""
        return People(self.seed, self.places)

    def watched(self, platform: Platform) -> list[WatchedAccount]:
        """Return the official accounts of a platform."""
        return [account for account in self.config.accounts if account.platform == platform]

    def queries(self, platform: Platform) -> list[ListeningQuery]:
        """Return the listening queries of a platform."""
        return [query for query in self.config.listening_queries if query.platform == platform]

    def timeline(
        self, queries: Sequence[ListeningQuery], accounts: Sequence[tuple[WatchedAccount, Author]], *, salt: int = 0
    ) -> Timeline:
        """Return a platform's posts: the same people, other posts for another ``salt``."""
        return Timeline(self.seed + salt, self.scale, queries, accounts, self.places, self.season, self.people)
