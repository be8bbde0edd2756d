"""The seeded world: one seed, every publisher, and the truth it hides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comptoir.sandbox.answers import Publisher
from comptoir.sandbox.eurostat import Eurostat
from comptoir.sandbox.mastodon import Mastodon
from comptoir.sandbox.opendatasoft import Opendatasoft
from comptoir.sandbox.seeded.instance import SeededInstance
from comptoir.sandbox.seeded.nights import SeededWarehouse
from comptoir.sandbox.seeded.places import Places
from comptoir.sandbox.seeded.reports import SeededPortal
from comptoir.sandbox.seeded.season import Season
from comptoir.settings import Config, get_settings, load_config

HOLIDAY_ZONE = "B"


class SeededWorld:
    """A simulated Bretagne, spoken to through ``publishers`` and, by tests only, through ``truth``."""

    name = "seeded"

    def __init__(
        self,
        seed: int = 7,
        *,
        scale: float = 1.0,
        require_auth: bool = False,
        config: Config | None = None,
        reference: Path | None = None,
    ) -> None:
        reference = reference or get_settings().dbt_dir / "seeds" / "reference"
        places = Places(reference / "communes.csv")
        season = Season(reference / "school_holidays.csv", HOLIDAY_ZONE)
        config = config or load_config()
        self.seed = seed
        self._instance = SeededInstance(seed, scale, config, places, season)
        self._portal = SeededPortal(seed, scale, places, season)
        self.publishers: dict[str, Publisher] = {
            "mastodon": Mastodon(self._instance, require_auth=require_auth),
            "eurostat": Eurostat(SeededWarehouse(seed, config.eurostat_geos)),
            "opendatasoft": Opendatasoft(self._portal),
        }

    def truth(self, kind: str, identifier: str) -> dict[str, Any] | None:
        """Return what is hidden about a ``post`` (by uri) or a ``report`` (by id): audience, theme, author kind…

        Raises:
            ValueError: the kind is neither ``post`` nor ``report``.
        """
        if kind == "post":
            return self._instance.truth(identifier)
        if kind == "report":
            return self._portal.truth(identifier)
        raise ValueError(f"No truth is kept about '{kind}'. Ask for 'post' or 'report'.")
