"""What stands in the files that the seeded region's offices drop: the cells of a month, as each office writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from comptoir.sandbox.answers import Record
from comptoir.sandbox.seeded.chance import chance, count
from comptoir.sandbox.seeded.places import Place
from comptoir.sandbox.seeded.region import Region

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
SITES = ("Musée de la pêche", "Musée Anne de Bretagne", "Aquarium", "Fort", "Phare", "Jardin botanique", "Château",
         "Écomusée")  # fmt: skip
KINDS = (("Hôtel de tourisme", 0.4, 1.35), ("Camping", 0.3, 0.6), ("Meublé de tourisme", 1.0, 1.1))
SIGNS = ("DU PORT", "DES DUNES", "JACQUES CARTIER", "DU PHARE")
COLLECTORS = ("Commune", "Plateforme A", "Plateforme B")
CHANNELS = (("Comptoir", 30.0), ("Téléphone", 9.0), ("Courriel", 5.0), ("Courrier", 0.4))
CATEGORIES = (("Touristes", 1.0), ("Excursionnistes", 0.7), ("Résidents", 1.6))
ORIGINS = (("France", 0.8), ("Étranger", 0.2))
REGISTER = (("HÔTEL DE TOURISME", "HÔTEL"), ("CAMPING", "CAMPING"), ("RÉSIDENCE DE TOURISME", "RÉSIDENCE"))
SECRET_UNDER, DISCLOSED_FROM = 3, 20


def number(value: float, decimals: int = 0) -> str:
    """Write a number as a French spreadsheet does: thousands spaced by U+00A0, decimal comma."""
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


def _days(month: dt.date) -> Iterator[dt.date]:
    day = month
    while day.month == month.month:
        yield day
        day += dt.timedelta(days=1)


def _level(region: Region, month: dt.date) -> float:
    return region.season.level(month.replace(day=15))


def _towns(region: Region, at_most: int, at_least: int = 8) -> list[Place]:
    """The places that visitors go to: all the coast, then the largest towns."""
    ranked = sorted(region.places.all, key=lambda place: (not place.is_coastal, -place.population, place.code))
    return ranked[: max(at_least, round(at_most * min(1.0, region.scale)))]


def attendance(region: Region, month: dt.date, corrected: bool) -> Sequence[Record]:
    """Entries of a month by site; a few have not answered yet, and have when it comes corrected."""
    rows = []
    for at, place in enumerate(_towns(region, 60)):
        rng = chance(region.seed, "site", place.code, month)
        paid = count(rng, (400 + 90 * (at % 9)) * _level(region, month))
        free = count(rng, paid * 0.28)
        is_late = rng.random() < 0.12 and not corrected
        rows.append(
            {
                "ID site": f"S{place.code}",
                "Nom du site": f"{SITES[at % len(SITES)]} de {place.name}",
                "Code INSEE": place.code,
                "Commune": place.name,
                "Mois": f"{MONTHS[month.month - 1]} {month.year}",
                "Entrées payantes": "NC" if is_late else number(paid),
                "Entrées gratuites": "NC" if is_late else number(free),
                "Total entrées": "NC" if is_late else number(paid + free),
                "Observations": "en attente du relevé" if is_late else "",
            }
        )
    return rows


def accommodation(region: Region, month: dt.date, corrected: bool) -> Sequence[Record]:
    """The whole register at the end of a month: some have opened since, some were classified again after five years."""
    rows = []
    for place in _towns(region, 120, 40):
        for at in range(1 + min(6, place.population // 9000)):
            rng = chance(region.seed, "register", place.code, at)
            typology, word = REGISTER[0 if at == 0 else rng.randrange(len(REGISTER))]
            opened = dt.date(2018, 1, 1) + dt.timedelta(days=rng.randrange(3600))
            if opened >= month:
                continue
            again = opened + dt.timedelta(days=5 * 365)
            classified_on = again if again < month else opened
            capacity = rng.randrange(12, 400)
            is_camp = typology == "CAMPING"
            rows.append(
                {
                    "DATE DE CLASSEMENT": f"{classified_on:%d/%m/%Y}",
                    "TYPOLOGIE ÉTABLISSEMENT": typology,
                    "CLASSEMENT": f"{rng.randrange(2, 6)} étoiles",
                    "CATÉGORIE": "TOURISME" if is_camp else "-",
                    "MENTION (villages de vacances)": "-",
                    "NOM COMMERCIAL": f"{word} {SIGNS[at % 4]} {at + 1}",
                    "ADRESSE": f"{rng.randrange(1, 90)} rue du Port",
                    "CODE POSTAL": place.postcode,
                    "COMMUNE": place.name.upper(),
                    "SITE INTERNET": "-",
                    "TYPE DE SÉJOUR": "-",
                    "CAPACITÉ D'ACCUEIL (PERSONNES)": str(capacity),
                    "NOMBRE DE CHAMBRES": "-" if is_camp else str(capacity // 2),
                    "NOMBRE D'EMPLACEMENTS": str(capacity // 3) if is_camp else "-",
                    "NOMBRE D'UNITES D'HABITATION (résidences de tourisme)": "-",
                    "NOMBRE DE LOGEMENTS (villages de vacances)": "-",
                    "classement prorogé": "oui" if rng.random() < 0.03 else "non",
                }
            )
    return rows


def tourist_tax(region: Region, month: dt.date, corrected: bool) -> Sequence[Record]:
    """Nights declared for a month of stay; in January and July platforms pay half a year of stays at once."""
    rows = []
    spoken = [(month, 1, COLLECTORS[0])]
    if month.month in (6, 12):
        spoken += [(month.replace(month=month.month - 5), 6, platform) for platform in COLLECTORS[1:]]
    for place in _towns(region, 70):
        for stay, months, collector in spoken:
            for kind, share, rate in KINDS if collector == COLLECTORS[0] else KINDS[2:]:
                rng = chance(region.seed, "tax", place.code, stay, kind, collector)
                nights = count(rng, (place.population**0.7) * share * months * _level(region, stay))
                nights = round(nights * 1.04) if corrected else nights
                declarants = count(rng, 4 + 12 * share)
                is_secret = declarants < SECRET_UNDER
                last = stay.replace(month=stay.month + months - 1)
                rows.append(
                    {
                        "Code INSEE": place.code,
                        "Commune": place.name,
                        "Mois de séjour": f"{stay:%m/%Y}",
                        "Dernier mois de séjour": f"{last:%m/%Y}",
                        "Type d'hébergement": kind,
                        "Collecteur": collector,
                        "Date de versement": f"{last + dt.timedelta(days=33):%d/%m/%Y}",
                        "Nombre de déclarants": number(declarants),
                        "Nuitées taxées": "s" if is_secret else number(nights),
                        "Nuitées exonérées": "s" if is_secret else number(nights * 0.18),
                        "Montant perçu": "s" if is_secret else number(nights * rate, 2),
                    }
                )
    return rows


def mobile_flows(region: Region, month: dt.date, corrected: bool) -> Sequence[Record]:
    """People present by day in a few zones; under twenty the operator does not say."""
    zones = _towns(region, 6, 2)
    rows = []
    for place in zones:
        for day in _days(month):
            rng = chance(region.seed, "flow", place.code, day)
            base = place.population**0.8 * region.season.level(day) * (1.02 if corrected else 1.0)
            for category, weight in CATEGORIES:
                for origin, share in ORIGINS if category != "Résidents" else ORIGINS[:1]:
                    people = round(
                        base * weight * share * rng.uniform(0.85, 1.15) * (0.05 if rng.random() < 0.01 else 1)
                    )
                    sleeps = category != "Excursionnistes"
                    rows.append(
                        {
                            "Zone": place.code,
                            "Nom zone": place.name,
                            "Date": day.isoformat(),
                            "Catégorie": category,
                            "Origine": origin,
                            "Présences": str(people) if people >= DISCLOSED_FROM else "<20",
                            "Nuitées": (str(round(people * 0.8)) if people >= DISCLOSED_FROM else "<20")
                            if sleeps
                            else "",
                        }
                    )
    return rows


def office_visits(region: Region, month: dt.date, corrected: bool) -> Sequence[Record]:
    """Requests of a month by office, day and channel; Sundays are closed out of season."""
    rows = []
    for place in _towns(region, 6, 2):
        for day in _days(month):
            level = region.season.level(day)
            if day.weekday() == 6 and level < 1.2:
                continue
            for channel, mean in CHANNELS:
                rng = chance(region.seed, "office", place.code, day, channel)
                asked = count(rng, mean * level * (1.1 if corrected and channel == "Comptoir" else 1.0))
                is_counter = channel == "Comptoir"
                rows.append(
                    {
                        "Code OT": f"OT{place.code}",
                        "Office de tourisme": f"Office de tourisme de {place.name}",
                        "Code INSEE": place.code,
                        "Date": f"{day:%d/%m/%Y}",
                        "Mode de contact": channel,
                        "Demandes": str(asked),
                        "Personnes": str(round(asked * 2.3)) if is_counter else "",
                        "dont étrangers": str(round(asked * 0.2)) if is_counter else "",
                    }
                )
    return rows
