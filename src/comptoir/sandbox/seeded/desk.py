"""The region's Publik: what citizens file there themselves, and what agents type for those who call, write or come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, Clock
from comptoir.sandbox.publik import Between, Listed
from comptoir.sandbox.seeded.citizens import Citizens
from comptoir.sandbox.seeded.filed import Filed, file_case
from comptoir.sandbox.seeded.posts import FIRST_DAY

FORMS = {
    "voirie": ("Signaler un problème de voirie", "Espace public", ("Voirie",)),
    "eclairage-public": ("Signaler une panne d'éclairage", "Espace public", ("Éclairage public",)),
    "proprete": ("Propreté et plages", "Cadre de vie", ("Propreté", "Plages et littoral")),
    "stationnement": ("Stationnement", "Tranquillité", ("Stationnement",)),
    "cadre-de-vie": ("Cadre de vie", "Cadre de vie", ("Espaces verts", "Bruit", "Eau et assainissement")),
}
FORM_OF = {category: slug for slug, (_, _, categories) in FORMS.items() for category in categories}
CHANNELS = ("web", "phone", "counter", "email")


@dataclass(frozen=True)
class _Day:
    """A day's requests by form, in order of receipt, and when the last of them last changes."""

    filed: dict[str, list[Filed]]
    last_change_at: dt.datetime


class SeededDesk:
    """The forms of the whole region."""

    first_night = FIRST_DAY

    def __init__(self, citizens: Citizens) -> None:
        self.citizens = citizens
        self.filed_on = lru_cache(maxsize=1500)(self._filed_on)
        self._found = lru_cache(maxsize=8)(self._search)

    def formdefs(self) -> list[Record]:
        """Return the published forms; ``count`` is how popular each is, not how many requests it has."""
        return [
            {
                "slug": slug,
                "title": title,
                "url": f"https://demarches.region.example/{slug}/",
                "category": category,
                "category_slug": category.lower().replace(" ", "-"),
                "description": "",
                "keywords": [],
                "authentication_required": False,
                "redirection": False,
                "count": 3 + at,
            }
            for at, (slug, (title, category, _)) in enumerate(FORMS.items())
        ]

    def listing(self, clock: Clock, slug: str, updated: Between, order: str) -> Sequence[Listed] | None:
        """Return a form's requests that were last updated in a period, as they stand at a clock."""
        if slug not in FORMS:
            return None
        return self._found(clock, updated, order)[slug]

    def _search(self, clock: Clock, updated: Between, order: str) -> dict[str, list[Listed]]:
        """Look through every day once for all the pages of all the forms of a night."""
        now, found = clock.now, dict[str, list[tuple[dt.datetime, Filed]]]()
        day = FIRST_DAY
        while day <= clock.night + DAY:
            held = self.filed_on(day)
            if updated.start is None or held.last_change_at >= updated.start:
                for slug, requests in held.filed.items():
                    for filed in requests:
                        at = filed.updated_at(now)
                        if (
                            at is not None
                            and (updated.start is None or at >= updated.start)
                            and (updated.end is None or at <= updated.end)
                        ):
                            found.setdefault(slug, []).append((at, filed))
            day += DAY
        field, backwards = order.removeprefix("-"), order.startswith("-")
        listings = {}
        for slug in FORMS:
            pairs = found.get(slug, [])
            if field == "last_update_time":
                pairs = sorted(pairs, key=lambda pair: (pair[0], pair[1].number), reverse=backwards)
            elif backwards:
                pairs = pairs[::-1]
            listings[slug] = [Listed(partial(filed.as_record, now)) for _, filed in pairs]
        return listings

    def _filed_on(self, day: dt.date) -> _Day:
        filed: dict[str, list[Filed]] = {slug: [] for slug in FORMS}
        for at, case in enumerate(self.citizens.cases_on(day)):
            missed = case.channel == "phone" and not case.is_answered_call
            if case.channel in CHANNELS and not missed:
                slug = FORM_OF[case.category.name]
                number = (day - FIRST_DAY).days * 100_000 + at + 1
                filed[slug].append(file_case(self.citizens, case, slug, number))
        everything = [one for requests in filed.values() for one in requests]
        last = max(map(attrgetter("last_change_at"), everything), default=dt.datetime.min.replace(tzinfo=dt.UTC))
        return _Day(filed, last)
