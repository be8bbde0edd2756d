"""A portal like Services Publics+: experiences that people tell, published once moderated, answered later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import ClassVar

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock
from comptoir.sandbox.seeded.chance import chance, count, weighted
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.writing import identity

DATASET = "export-experiences"
FIELDS = {
    "id_experience": "text", "ecrit_le": "date", "publie_le": "date", "reponse_le": "date", "statut": "text",
    "titre": "text", "description": "text", "ressenti_usager": "text", "intitule_structure": "text", "canal": "text",
    "pays": "text", "code_departement": "text",
}  # fmt: skip
WRITTEN_PER_DAY = 9
SERVICES = (
    ("CAF", 24), ("France Travail", 20), ("Impôts", 18), ("Assurance maladie", 16), ("Préfecture", 12), ("Mairie", 10),
)  # fmt: skip
FEELINGS = (("Négatif", 62), ("Positif", 27), ("Neutre", 11))
TOLD = {
    "Négatif": ("Sans réponse depuis des semaines", "Dossier perdu puis redemandé deux fois"),
    "Positif": ("Accueil remarquable", "Réponse en deux jours"),
    "Neutre": ("Démarche faite en ligne", "Une question sur mon dossier"),
}
CHANNELS = (("Internet", 60), ("Téléphone", 22), ("Guichet", 14), ("Courrier", 4))
DEPARTEMENTS = ("22", "29", "35", "56")


class SeededExperiences:
    """The dataset ``export-experiences`` at a clock."""

    title: ClassVar[str] = "Expériences des usagers"
    kind: ClassVar[str] = "experience"
    fields: ClassVar[dict[str, str]] = FIELDS
    key: ClassVar[str] = "id_experience"
    date_field: ClassVar[str] = "ecrit_le"

    def __init__(self, portal: SeededExperiencePortal, clock: Clock) -> None:
        self.portal, self.night = portal, clock.night

    def rows(self, low: str | None, high: str | None) -> Iterator[Record]:
        """Yield the experiences told between two days and published by now, in key order."""
        day = max(FIRST_DAY, dt.date.fromisoformat(low) if low else FIRST_DAY)
        last = min(self.night, dt.date.fromisoformat(high) if high else self.night)
        while day <= last:
            for row in self.portal.told_on(day):
                if row["publie_le"] <= self.night.isoformat():
                    is_answered = row["reponse_le"] is not None and row["reponse_le"] <= self.night.isoformat()
                    yield {
                        **row,
                        "reponse_le": row["reponse_le"] if is_answered else None,
                        "statut": "Avec réponse" if is_answered else "Sans réponse",
                    }
            day += DAY

    def count(self) -> int:
        """Count all rows."""
        return sum(1 for _ in self.rows(None, None))

    def processed_at(self) -> dt.datetime:
        """Return the portal's nightly processing time, 01:30 in Paris."""
        return dt.datetime.combine(self.night + DAY, dt.time(1, 30), PARIS)


class SeededExperiencePortal:
    """The seeded world's portal of experiences."""

    first_night = FIRST_DAY

    def __init__(self, region: Region) -> None:
        self.region = region
        self.told_on = lru_cache(maxsize=1500)(self._told_on)

    def table(self, dataset: str, clock: Clock) -> SeededExperiences | None:
        """Return the one dataset of the portal."""
        return SeededExperiences(self, clock) if dataset == DATASET else None

    def _told_on(self, day: dt.date) -> list[Record]:
        rng = chance(self.region.seed, "experiences", day)
        # A national portal: as many in a small world, whose scale is of what the region does.
        told = []
        for at in range(count(rng, WRITTEN_PER_DAY * (1.0 if day.weekday() < 5 else 0.4))):
            feeling = weighted(rng, FEELINGS)
            published = day + DAY * rng.randrange(1, 9)
            answered = published + DAY * int(rng.expovariate(1 / 12)) if rng.random() < 0.82 else None
            named = f" {identity(rng)[0]}" if rng.random() < 0.05 else ""
            told.append(
                {
                    "id_experience": f"{day:%Y%m%d}{at:04d}",
                    "ecrit_le": day.isoformat(),
                    "publie_le": published.isoformat(),
                    "reponse_le": answered.isoformat() if answered else None,
                    "statut": "",
                    "titre": rng.choice(TOLD[feeling]),
                    "description": f"{rng.choice(TOLD[feeling])}.{named}",
                    "ressenti_usager": feeling,
                    "intitule_structure": weighted(rng, SERVICES),
                    "canal": weighted(rng, CHANNELS),
                    "pays": "France",
                    "code_departement": rng.choice(DEPARTEMENTS),
                }
            )
        return told
