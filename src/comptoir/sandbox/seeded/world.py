"""The seeded world: one seed, every publisher, and the truth it hides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comptoir.config.file import Config, load_config
from comptoir.sandbox.answers import Publisher
from comptoir.sandbox.bluesky import Bluesky
from comptoir.sandbox.contact_drops import ContactDrop
from comptoir.sandbox.datatourisme import Datatourisme
from comptoir.sandbox.drops import FileDrop
from comptoir.sandbox.eurostat import Eurostat
from comptoir.sandbox.google_business import GoogleBusiness
from comptoir.sandbox.graph_publishers import Facebook, Instagram
from comptoir.sandbox.inside_airbnb import InsideAirbnb
from comptoir.sandbox.limesurvey import LimeSurvey
from comptoir.sandbox.mastodon import Mastodon
from comptoir.sandbox.matomo import Matomo
from comptoir.sandbox.melodi import Melodi
from comptoir.sandbox.open311 import Open311
from comptoir.sandbox.opendatasoft import Opendatasoft
from comptoir.sandbox.publik import Publik
from comptoir.sandbox.seeded.catalogue import SeededCatalogue
from comptoir.sandbox.seeded.citizens import Citizens
from comptoir.sandbox.seeded.city import SeededCity
from comptoir.sandbox.seeded.desk import SeededDesk
from comptoir.sandbox.seeded.drops import DROPS, SeededDrop
from comptoir.sandbox.seeded.establishments import Establishments
from comptoir.sandbox.seeded.eurostat_tables import SeededWarehouse
from comptoir.sandbox.seeded.experiences import SeededExperiencePortal
from comptoir.sandbox.seeded.facebook import SeededFacebook
from comptoir.sandbox.seeded.insee import SeededMelodi
from comptoir.sandbox.seeded.instagram import SeededInstagram
from comptoir.sandbox.seeded.instance import SeededInstance
from comptoir.sandbox.seeded.network import SeededNetwork
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.registers import COUNTER, MAIL, SeededRegister
from comptoir.sandbox.seeded.rentals import SeededScraper
from comptoir.sandbox.seeded.reports import SeededPortal
from comptoir.sandbox.seeded.reviews import SeededProfiles
from comptoir.sandbox.seeded.studio import SeededStudio
from comptoir.sandbox.seeded.survey import SeededSurveys
from comptoir.sandbox.seeded.telephone import SeededExchange
from comptoir.sandbox.seeded.web import SeededSites
from comptoir.sandbox.youtube import Youtube
from comptoir.settings import get_settings


class SeededWorld:
    """A simulated Bretagne, spoken to through ``publishers`` and, by tests only, through ``truth``."""

    name = "seeded"

    def __init__(
        self,
        seed: int = 7,
        *,
        scale: float = 1.0,
        token: str | None = None,
        config: Config | None = None,
        reference: Path | None = None,
    ) -> None:
        reference = reference or get_settings().dbt_dir / "seeds" / "reference"
        region = Region(seed, scale, config or load_config(), reference, token)
        self.seed = seed
        self.region = region
        # The cases of every channel towards a town hall: one world for all who hold a part of it.
        self.citizens = Citizens(region)
        self._instance = SeededInstance(region)
        self._portal = SeededPortal(region)
        self.establishments = Establishments(region)
        self.profiles = SeededProfiles(self.establishments)
        eurostat = Eurostat(SeededWarehouse(seed, region.config.eurostat_geos))
        # One publisher a source, by the source's id.
        self.publishers: dict[str, Publisher] = {
            "mastodon": Mastodon(self._instance, token=token),
            "bluesky": Bluesky(SeededNetwork(region), token=token),
            "youtube": Youtube(SeededStudio(region), token=token),
            "instagram": Instagram(SeededInstagram(region), token=token),
            "facebook": Facebook(SeededFacebook(region), token=token),
            "eurostat": eurostat,
            "eurostat_extended": eurostat,
            "insee_melodi": Melodi(SeededMelodi(region), token=token),
            "google_business": GoogleBusiness(self.profiles, token=token),
            "datatourisme": Datatourisme(SeededCatalogue(self.establishments), token=token),
            "inside_airbnb": InsideAirbnb(SeededScraper(self.establishments)),
            "opendatasoft": Opendatasoft(self._portal),
            "services_publics_plus": Opendatasoft(SeededExperiencePortal(region)),
            "open311": Open311(SeededCity(self.citizens), token=token),
            "publik": Publik(SeededDesk(self.citizens), token=token),
            "matomo": Matomo(SeededSites(region), token=token),
            "limesurvey": LimeSurvey(SeededSurveys(self.citizens), token=token),
            "asterisk_cdr": ContactDrop(SeededExchange(self.citizens), token=token),
            "guichet_rennes": ContactDrop(SeededRegister(self.citizens, COUNTER), token=token),
            "courrier_vannes": ContactDrop(SeededRegister(self.citizens, MAIL), token=token),
            **{source: FileDrop(SeededDrop(region, kind), token=token) for source, kind in DROPS.items()},
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
