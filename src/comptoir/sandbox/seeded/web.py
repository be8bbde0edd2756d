"""The authority's web sites: how many come each day, what they look at, and what is only known some days later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.people import slug
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.reports import CATEGORIES
from comptoir.sandbox.seeded.season import planted

# What is known of a day's visits on the night itself, one night later, and from then on: logs are imported late.
KNOWN = (0.94, 0.99, 1.0)
# One day in so many lacks a server's log until it is imported weeks later.
LATE_EVERY, LATE_PART = 12, 0.93
PATHS = (
    "/", "/demarches", "/demarches/carte-identite", "/demarches/passeport", "/demarches/etat-civil/acte-naissance",
    "/demarches/signaler", "/dechets/jours-de-collecte", "/dechets/decheteries", "/stationnement/tarifs",
    "/stationnement/abonnement-resident", "/transports/horaires", "/agenda", "/agenda/marches", "/piscines/horaires",
    "/mediatheque", "/contact", "/mairie/horaires", "/ecoles/inscriptions", "/ecoles/cantine/menus", "/travaux",
    "/urbanisme/permis", "/emploi", "/tourisme/plages", "/tourisme/hebergements", "/tourisme/agenda",
    "/actualites/alerte-meteo", "/recherche?q=piscine", "/recherche?q=poubelle", "/recherche?q=passeport",
    *(f"/signalements/{slug(category.name)}" for category in CATEGORIES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A web site: its host, its visits on a plain day, and how much of them come from outside."""

    host: str
    visits: int
    visitors_share: float


SITES = {
    "1": Site("www.metropole.example", 7_400, 0.2),
    "2": Site("www.ville-balneaire.example", 2_300, 0.7),
}


@dataclass(frozen=True, slots=True)
class _Day:
    """A site's day once everything is known."""

    visits: int
    actions: int
    bounces: int
    seconds: int
    visitors: int
    missing_until: int
    whole_from: int
    hits: tuple[int, ...]
    others: int


class SeededSites:
    """The web sites at a clock."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.first_night = FIRST_DAY
        self._day = lru_cache(maxsize=4096)(self._made)

    def has(self, site: str) -> bool:
        """Tell whether the site exists."""
        return site in SITES

    def visits(self, clock: Clock, site: str, day: dt.date) -> Record | None:
        """Return a day's counts as known at the clock; nothing before archiving, or before the sites began."""
        known = self._known(clock, site, day)
        if known is None:
            return None
        made, part = known
        visits = int(made.visits * part)
        bounces = int(made.bounces * part)
        return {
            "nb_uniq_visitors": int(made.visitors * part),
            "nb_users": 0,
            "nb_visits": visits,
            "nb_actions": int(made.actions * part),
            "nb_visits_converted": 0,
            "bounce_count": bounces,
            "sum_visit_length": made.seconds * visits,
            "max_actions": 12 + made.actions % 40,
            "bounce_rate": f"{round(100 * bounces / visits)}%" if visits else "0%",
            "nb_actions_per_visit": round(made.actions / made.visits, 1) if made.visits else 0,
            "avg_time_on_site": made.seconds,
        }

    def pages(self, clock: Clock, site: str, day: dt.date) -> Sequence[Record]:
        """Return a day's pages, the most seen first, ``Others`` last."""
        known = self._known(clock, site, day)
        if known is None:
            return []
        made, part = known
        counted = sorted(((int(hits * part), path) for hits, path in zip(made.hits, PATHS, strict=True)), reverse=True)
        rows = [self._page(site, path, hits) for hits, path in counted if hits]
        others = int(made.others * part)
        if others:
            rows.append({"label": "Others", "nb_visits": others // 2, "nb_hits": others, "is_summary": True,
                         "bounce_rate": "41%", "avg_time_on_page": 31})  # fmt: skip
        return rows

    def _page(self, site: str, path: str, hits: int) -> Record:
        url = f"https://{SITES[site].host}{path}"
        return {
            "label": path if path != "/" else "/index",
            "nb_visits": max(1, int(hits * 0.8)),
            "nb_hits": hits,
            "sum_time_spent": hits * (20 + len(path)),
            "avg_time_on_page": 20 + len(path),
            "bounce_rate": f"{30 + len(path) % 40}%",
            "exit_rate": f"{20 + len(path) % 50}%",
            "url": url,
            "segment": f"pageUrl=={url}",
        }

    def _known(self, clock: Clock, site: str, day: dt.date) -> tuple[_Day, float] | None:
        age = (clock.night - day).days
        if day < FIRST_DAY or age < 0:
            return None
        made = self._day(site, day)
        part = KNOWN[min(age, len(KNOWN) - 1)] * (1.0 if age >= made.whole_from else LATE_PART)
        return (made, part) if age >= made.missing_until else None

    def _made(self, site: str, day: dt.date) -> _Day:
        rng = chance(self.region.seed, "web", site, day)
        known, season = SITES[site], self.region.season
        tide = (1 - known.visitors_share) + known.visitors_share * season.level(day) * 1.4
        weekday = 1.0 if day.weekday() < 5 else 0.62
        visits = int(known.visits * tide * weekday * rng.uniform(0.9, 1.1) * self.region.scale)
        actions = int(visits * rng.uniform(2.4, 3.1))
        weights = [rng.uniform(0.7, 1.3) / (at + 2) ** 0.9 for at in range(len(PATHS))]
        if "beach_closure" in planted(day):
            weights[PATHS.index("/tourisme/plages")] *= 9
        views = 0.93 * actions / sum(weights)
        hits = tuple(int(weight * views) for weight in weights)
        missing = rng.random()
        late = chance(self.region.seed, "web log", site, day)
        return _Day(
            visits=visits,
            actions=actions,
            bounces=int(visits * rng.uniform(0.38, 0.52)),
            seconds=rng.randrange(95, 190),
            visitors=int(visits * rng.uniform(0.8, 0.9)),
            # The archiver failed that night and ran on the next one, or the tracker was down all day.
            missing_until=1 if missing < 0.012 else 10_000 if missing < 0.016 else 0,
            whole_from=late.randrange(8, 28) if late.randrange(LATE_EVERY) == 0 else 0,
            hits=hits,
            others=max(0, actions - sum(hits)),
        )
