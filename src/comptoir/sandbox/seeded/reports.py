"""Simulated citizen reports: declared, published (sometimes late), handled, closed, now and then deleted or wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, ClassVar

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock, midnight
from comptoir.sandbox.seeded.chance import chance, count, weighted
from comptoir.sandbox.seeded.places import Place
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.season import planted

DATASET = "signalements-citoyens"
FIELDS = {
    "id_signalement": "text", "date_declaration": "date", "date_cloture": "date", "date_maj": "datetime",
    "statut": "text", "categorie": "text", "sous_categorie": "text", "canal": "text", "code_insee": "text",
    "code_postal": "text", "quartier": "text", "service": "text", "adresse": "text", "geo_point_2d": "geo_point_2d",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the portal: its weight, its theme, who answers and in about how many days."""

    name: str
    theme: str
    weight: float
    median_days: float
    service: str
    kinds: tuple[str, ...]


CATEGORIES = (
    Category("Propreté", "proprete", 26, 3, "Direction de la propreté",
             ("Dépôt sauvage", "Poubelle qui déborde", "Déjections canines", "Tags et graffitis", "Verre brisé")),
    Category("Voirie", "voirie", 22, 21, "Voirie et ouvrages d'art",
             ("Nid-de-poule", "Trottoir dégradé", "Signalisation abîmée", "Avaloir bouché")),
    Category("Stationnement", "stationnement", 14, 2, "Police municipale",
             ("Véhicule ventouse", "Stationnement gênant", "Camping-car", "Horodateur en panne")),
    Category("Éclairage public", "eclairage", 12, 9, "Éclairage public",
             ("Lampadaire éteint", "Lampadaire allumé en journée", "Mât endommagé")),
    Category("Espaces verts", "espaces_verts", 10, 14, "Espaces verts",
             ("Arbre dangereux", "Haie qui déborde", "Aire de jeux abîmée")),
    Category("Bruit", "bruit", 7, 6, "Tranquillité publique", ("Chantier", "Établissement de nuit", "Voisinage")),
    Category("Eau et assainissement", "eau", 5, 5, "Eau et assainissement", ("Fuite", "Odeurs", "Débordement")),
    Category("Plages et littoral", "plages", 4, 4, "Littoral",
             ("Algues vertes", "Déchets sur la plage", "Douche en panne", "Eau trouble ou polluée")),
)  # fmt: skip
BEACH = CATEGORIES[-1]
PARKING = CATEGORIES[2]
CHANNELS: tuple[tuple[str | None, float], ...] = (
    ("Application mobile", 46), ("Site internet", 24), ("Téléphone", 14), ("Courriel", 7), ("Guichet", 4),
    ("Courrier", 1.2), ("Télécopie", 0.3), (None, 3.5),
)  # fmt: skip
DISTRICTS = ("Centre", "Gare", "Port", "Les Landes", "Kerbrat", "Saint-Michel", "Le Moulin", "Bellevue")
STREETS = ("rue des Ajoncs", "rue du Phare", "place du Marché", "allée des Embruns", "chemin de la Lande", "quai Nord")


@dataclass(frozen=True, slots=True)
class Report:
    """A report as decided at its birth; ``*_on`` are nights from which each change is published."""

    id: str
    declared_on: dt.date
    appears_on: dt.date
    started_on: dt.date
    closed_on: dt.date | None
    deleted_on: dt.date | None
    minute: int
    category: Category
    kind: str
    channel: str | None
    place: Place
    district: str | None
    address: str
    latitude: float
    longitude: float
    audience: str
    wrong: str

    def visible(self, night: dt.date) -> bool:
        """Tell whether the portal shows the report after a night."""
        return self.appears_on <= night and (self.deleted_on is None or self.deleted_on > night)

    def as_row(self, night: dt.date) -> Record:
        """Return the portal's row after a night."""
        closed = self.closed_on if self.closed_on and self.closed_on <= night else None
        status = "Clos" if closed else "En cours" if self.started_on <= night else "Ouvert"
        changed_on = closed or (self.started_on if self.started_on <= night else self.appears_on)
        changed_at = midnight(changed_on) + dt.timedelta(minutes=self.minute)
        if closed and self.wrong == "closed_before":
            closed = self.declared_on - DAY * 3
        return {
            "id_signalement": self.id,
            "date_declaration": self.declared_on.isoformat(),
            "date_cloture": closed.isoformat() if closed else None,
            "date_maj": changed_at.isoformat(timespec="seconds"),
            "statut": status,
            "categorie": self.category.name,
            "sous_categorie": self.kind,
            "canal": self.channel,
            "code_insee": self.place.code[:4] if self.wrong == "municipality" else self.place.code,
            "code_postal": self.place.postcode,
            "quartier": self.district,
            "service": self.category.service,
            "adresse": self.address,
            "geo_point_2d": {"lon": self.longitude, "lat": self.latitude},
        }


class SeededReports:
    """The dataset ``signalements-citoyens`` at a clock."""

    title: ClassVar[str] = "Signalements citoyens"
    kind: ClassVar[str] = "report"
    fields: ClassVar[dict[str, str]] = FIELDS
    key: ClassVar[str] = "id_signalement"
    date_field: ClassVar[str] = "date_declaration"

    def __init__(self, portal: SeededPortal, clock: Clock) -> None:
        self.portal, self.night = portal, clock.night

    def rows(self, low: str | None, high: str | None) -> Iterator[Record]:
        """Yield the rows declared between two days, in key order."""
        first = max(FIRST_DAY, dt.date.fromisoformat(low) if low else FIRST_DAY)
        last = min(self.night, dt.date.fromisoformat(high) if high else self.night)
        for report in self._visible(first, last):
            yield report.as_row(self.night)

    def count(self) -> int:
        """Count all rows."""
        return sum(1 for _ in self._visible(FIRST_DAY, self.night))

    def _visible(self, first: dt.date, last: dt.date) -> Iterator[Report]:
        day = first
        while day <= last:
            for report in self.portal.declared_on(day):
                if report.visible(self.night):
                    yield report
            day += DAY

    def processed_at(self) -> dt.datetime:
        """Return the portal's nightly processing time, 02:10 in Paris."""
        return dt.datetime.combine(self.night + DAY, dt.time(2, 10), PARIS)


class SeededPortal:
    """The seeded world's open-data portal."""

    first_night = FIRST_DAY

    def __init__(self, region: Region) -> None:
        self.seed, self.scale, self.places, self.season = region.seed, region.scale, region.places, region.season
        self.declared_on = lru_cache(maxsize=1500)(self._declared_on)

    def table(self, dataset: str, clock: Clock) -> SeededReports | None:
        """Return the one dataset of the portal."""
        return SeededReports(self, clock) if dataset == DATASET else None

    def truth(self, report_id: str) -> dict[str, Any] | None:
        """Return the hidden truth of a report: for tests only, never served."""
        day = dt.datetime.strptime(report_id[3:11], "%Y%m%d").replace(tzinfo=dt.UTC).date()
        for report in self.declared_on(day):
            if report.id == report_id:
                return {
                    "audience": report.audience,
                    "theme": report.category.theme,
                    "author_kind": report.audience,
                    "wrong": report.wrong,
                    "place": report.place.name,
                    "appears_on": report.appears_on,
                    "closed_on": report.closed_on,
                    "deleted_on": report.deleted_on,
                }
        return None

    def _declared_on(self, day: dt.date) -> list[Report]:
        rng = chance(self.seed, "reports", day)
        weekday = 1.0 if day.weekday() < 5 else 0.68
        born = count(rng, min(118, 52 * self.season.level(day) * weekday) * self.scale)
        planned: list[tuple[Category | None, str | None]] = [(None, None)] * min(born, round(120 * self.scale))
        events = planted(day)
        if "beach_closure" in events:
            planned[: round(12 * self.scale)] = [(BEACH, "Saint-Malo")] * round(12 * self.scale)
        if "parking_row" in events:
            planned[: round(10 * self.scale)] = [(PARKING, "Saint-Malo")] * round(10 * self.scale)
        return [self._report(rng, day, at, *plan) for at, plan in enumerate(planned)]

    def _report(self, rng: Random, day: dt.date, at: int, forced: Category | None, town: str | None) -> Report:
        coastal = self.season.coastal_share(day)
        place = self.places.draw(rng, coastal)
        if town:
            place = next((p for p in self.places.coast if p.name == town), place)
        category = forced or weighted(rng, _weights(coastal, is_coastal=place.is_coastal))
        appears_on = day + DAY * (rng.randrange(1, 11) if rng.random() < 0.08 else 0)
        started_on = appears_on + DAY * int(rng.expovariate(1 / 2.5))
        wait = rng.lognormvariate(0, 1.1) * category.median_days
        closed_on = started_on + DAY * int(wait) if rng.random() < 0.95 else None
        wrong = "municipality" if rng.random() < 0.004 else "closed_before" if rng.random() < 0.003 else ""
        return Report(
            id=f"SC-{day:%Y%m%d}-{at:05d}",
            declared_on=day,
            appears_on=appears_on,
            started_on=started_on,
            closed_on=closed_on,
            deleted_on=appears_on + DAY * rng.randrange(1, 40) if rng.random() < 0.008 else None,
            minute=rng.randrange(8 * 60, 19 * 60),
            category=category,
            kind=rng.choice(category.kinds),
            channel=weighted(rng, CHANNELS),
            place=place,
            district=rng.choice(DISTRICTS) if place.population > 15_000 else None,
            address=f"{rng.randrange(1, 120)} {rng.choice(STREETS)}, {place.postcode} {place.name}",
            latitude=round(place.latitude + rng.gauss(0, 0.006), 6),
            longitude=round(place.longitude + rng.gauss(0, 0.009), 6),
            audience="visitor" if rng.random() < 0.35 * self.season.visitor_share(day) else "resident",
            wrong=wrong,
        )


def _weights(coastal_share: float, *, is_coastal: bool) -> list[tuple[Category, float]]:
    beach = 40 * coastal_share if is_coastal else 0
    return [(item, beach if item is BEACH else item.weight) for item in CATEGORIES]
