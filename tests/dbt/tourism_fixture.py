"""Streams of tourism and reputation for the warehouse's tests: small, seeded, restated, deleted, late.

``rows(source, stream, night, variant)`` is what a stream shows at the end of a night; ``variant`` is what another
attempt at the same night would have brought.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

Row = dict[str, Any]
FIRST_DAY = dt.date(2026, 11, 1)
COMMUNES = ["35288", "29019", "99999"]
RESIDENCES = ("TOTAL", "DOM", "FOR")
# Another number: another world, in which other records are restated, edited, deleted and late.
WORLD: ContextVar[int] = ContextVar("world", default=0)


def rows(source: str, stream: str, night: dt.date, variant: int = 0) -> list[Row]:
    """What that stream shows at the end of that night."""
    return STREAMS[source, stream](night, variant)


def _random(*key: object) -> random.Random:
    return random.Random(f"tourism{WORLD.get() or ''}|{key}")


def _vintage(night: dt.date, variant: int) -> str:
    """The publisher restates every second night; another attempt may have met the next vintage already."""
    return f"{FIRST_DAY + dt.timedelta(days=2 * ((night - FIRST_DAY).days // 2) + variant)}T10:00:00"


def _months(night: dt.date) -> list[str]:
    """A window of months that moves on with the nights."""
    first = (night - FIRST_DAY).days // 5
    return [f"{2026 + month // 12}-{month % 12 + 1:02}" for month in range(first, 4 + first)]


def _value(chance: random.Random) -> float | None:
    return None if chance.random() < 0.1 else float(chance.randrange(1000, 9999))


def _eurostat(measure: str) -> Callable[[dt.date, int], list[Row]]:
    def cells(night: dt.date, variant: int) -> list[Row]:
        found = []
        vintage = _vintage(night, variant)
        for period in _months(night):
            for geo in ("FR", "FRH0", "XX"):
                for residence in RESIDENCES:
                    chance = _random(measure, period, geo, residence, vintage)
                    if chance.random() < 0.1:
                        continue
                    value = _value(chance)
                    flag = chance.choice([":", ": @C"]) if value is None else chance.choice([None, "p", "e", "b"])
                    cell = {"c_resid": residence, "geo": geo, "time_period": period, "unit": "NR"}
                    cell |= {"obs_value": value, "obs_flag": flag, "updated_at": vintage}
                    if measure == "platform_nights":
                        cell |= {"freq": "A", "indic_to": chance.choice(["NGT_SP", "STY"])}
                    else:
                        cell |= {"freq": "M", "nace_r2": "I551-I553"}
                    found.append(cell)
        return found

    return cells


def _eurostat_capacity(night: dt.date, variant: int) -> list[Row]:
    vintage = _vintage(night, variant)
    return [
        {
            "freq": "A",
            "accomunit": unit,
            "unit": "NR",
            "nace_r2": "I551",
            "geo": geo,
            "time_period": year,
            "obs_value": _value(_random("capacity", year, geo, unit, vintage)),
            "updated_at": vintage,
        }
        for year in ("2024", "2025")
        for geo in ("FR", "FRH0")
        for unit in ("BEDPL", "ESTBL")
    ]


def _observation(level: str, code: str, period: str, vintage: str, **codes: str) -> Row:
    chance = _random("insee", level, code, period, vintage, sorted(codes.items()))
    value = _value(chance)
    return {
        "geo_vintage": "2026",
        "geo_level": level,
        "geo_code": code,
        "time_period": period,
        "unit_mult": 0,
        "obs_value": value if codes.get("tour_measure") != "PLACE_OCCUPANCY_RATE" or value is None else value / 100,
        "obs_status": "M" if value is None else chance.choice(["A", "P"]),
        "conf_status": "C" if value is None and chance.random() < 0.5 else "F",
        "updated_at": vintage,
        **codes,
    }


def _frequentation(night: dt.date, variant: int) -> list[Row]:
    vintage, totals = _vintage(night, variant), {"hotel_sta": "_T", "terrtypo": "_T", "ranking": "_T"}
    found = []
    for kind, periods, activity in (("M", _months(night), "I551"), ("A", ["2024", "2025"], "I552")):
        for period in periods:
            for level, code in (("REG", "53"), ("DEP", "35")):
                for residence in ("_T", "250", "1_X_250"):
                    for measure in ("NUI", "ARR", "PLACE_OCCUPANCY_RATE"):
                        if _random("told", period, code, residence, measure, night, variant).random() < 0.1:
                            continue
                        codes = {"freq": kind, "activity": activity, "tour_measure": measure, "tour_resid": residence}
                        found.append(_observation(level, code, period, vintage, **codes, **totals))
    return found


def _insee_capacity(night: dt.date, variant: int) -> list[Row]:
    vintage = _vintage(night, variant)
    return [
        _observation("COM", code, "2026", vintage, freq="A", activity=activity, tour_measure=measure, ranking="_T")
        for code in COMMUNES
        for activity in ("I551", "I552", "I553")
        for measure in ("UNIT_LOC", "PLACE")
    ]


def _housing(night: dt.date, variant: int) -> list[Row]:
    vintage = _vintage(night, variant)
    return [
        _observation("COM", code, "2022", vintage, freq="A", measure="DWELLINGS", occupation=occupation)
        for code in COMMUNES
        for occupation in ("_T", "DW_SEC_DW_OCC")
    ]


def _brings_a_file(kind: str, night: dt.date) -> bool:
    return _random("file", kind, night).random() < 0.7


def _file_months(night: dt.date) -> list[int]:
    """The month of the file and the one before, which it corrects."""
    month = 5 + (night - FIRST_DAY).days % 5
    return [month - 1, month]


def _visits(night: dt.date, variant: int) -> list[Row]:
    found = []
    for month in _file_months(night) if _brings_a_file("visits", night) else []:
        for site, code in (("S1", "35288"), ("S2", None), ("S3", "99999")):
            chance = _random("visits", month, site, night, variant)
            period, note = chance.choice([(f"2026-{month:02}", None), (f"2026-{month:02}-14", "F")])
            grain = "month" if len(period) == 7 else "day"
            total = None if note or chance.random() < 0.2 else chance.randrange(0, 900)
            found.append(
                {
                    "site_code": site,
                    "site_name": f"Musée {site} {variant}",
                    "commune_code": code,
                    "commune_name": "SAINT MALO",
                    "department_name": "ILLE ET VILAINE",
                    "period": period,
                    "period_grain": grain,
                    "period_starts_on": period if grain == "day" else f"{period}-01",
                    "last_month": f"2026-{month:02}",
                    "total_entries": total,
                    "note_code": note,
                    "file_name": "f.csv",
                    "file_row": month,
                }
            )
    return found


def _stays(night: dt.date, variant: int) -> list[Row]:
    found = []
    for month in _file_months(night) if _brings_a_file("stays", night) else []:
        for code in COMMUNES:
            for collector, through in (("Commune", month), ("Plateforme A", month + 2)):
                chance = _random("stays", month, code, collector, night, variant)
                hidden = chance.random() < 0.2
                found.append(
                    {
                        "commune_code": code,
                        "stay_month": f"2026-{month:02}",
                        "stay_through_month": f"2026-{through:02}",
                        "accommodation_kind": chance.choice(["Camping", "Yourte"]),
                        "collector": collector,
                        "declarants_count": chance.randrange(1, 9),
                        "taxed_nights": None if hidden else chance.randrange(900),
                        "exempt_nights": None if chance.random() < 0.2 else chance.randrange(90),
                        "collected_eur": None if hidden else 10.5,
                        "withheld_fields": "taxed_nights,collected_eur" if hidden else None,
                        "file_row": month,
                    }
                )
    return found


def _presence(night: dt.date, variant: int) -> list[Row]:
    found = []
    for month in _file_months(night) if _brings_a_file("presence", night) else []:
        for day in (1, 2):
            for category in ("Touristes", "Excursionnistes", "Autres"):
                chance = _random("presence", month, day, category, night, variant)
                found.append(
                    {
                        "zone_code": chance.choice(["35288", "Z1"]),
                        "present_on": f"2026-{month:02}-{day:02}",
                        "category": category,
                        "origin": chance.choice(["France", "Étranger"]),
                        "presence_estimate": None if chance.random() < 0.2 else float(chance.randrange(900)),
                        "overnight_presence_estimate": 12.0 if category == "Touristes" else None,
                        "file_row": month,
                    }
                )
    return found


def _requests(night: dt.date, variant: int) -> list[Row]:
    found = []
    for month in _file_months(night) if _brings_a_file("requests", night) else []:
        for office, code in (("OT1", "35288"), ("OT2", None)):
            for channel in ("Comptoir", "Téléphone", "Pigeon"):
                chance = _random("requests", month, office, channel, night, variant)
                found.append(
                    {
                        "office_code": office,
                        "commune_code": code,
                        "visited_on": f"2026-{month:02}-03",
                        "channel": channel,
                        "visits_count": None if chance.random() < 0.2 else chance.randrange(90),
                        "foreign_visits_count": chance.choice([None, 3]),
                        "file_row": month,
                    }
                )
    return found


ESTABLISHMENTS = {"google_a": "commune:35288", "google_b": "commune:29019"}
PAGES = {"page_a": "region:53"}


def _locations(night: dt.date, variant: int) -> list[Row]:
    return [
        {"account_key": key, "territory_id": territory, "average_rating": 4.0, "reviews_count": 10 + variant}
        for key, territory in ESTABLISHMENTS.items()
        if _random("location", key, night, variant).random() > 0.2
    ]


def _written(kind: str, accounts: dict[str, str], night: dt.date, variant: int, ages: range) -> list[tuple]:
    """Reviews of these ages as the night shows them: key, account, day, fixed chances, age. Some are gone or unseen."""
    found = []
    for age in ages:
        day = night - dt.timedelta(days=age)
        for number, account in enumerate(accounts):
            fixed = _random(kind, day, number)
            gone_after = fixed.choice([None, None, None, 1, 4])
            if gone_after is not None and age >= gone_after:
                continue
            if _random("shown", kind, day, number, night, variant).random() > 0.05:
                found.append((f"{kind}_{day}_{number}", account, day, fixed, age))
    return found


def _reviews(night: dt.date, variant: int) -> list[Row]:
    found = []
    # the page that the window ends on shows older reviews too
    for key, account, day, fixed, age in _written("review", ESTABLISHMENTS, night, variant, range(0, 12)):
        edited_after, replied_after = fixed.choice([None, None, 2]), fixed.choice([None, 0, 3])
        stars, edited = fixed.randrange(1, 6), edited_after is not None and age >= edited_after
        replied = replied_after is not None and age >= replied_after
        changed = day + dt.timedelta(days=edited_after if edited else 0)
        found.append(
            {
                "review_id": key,
                "account_key": account,
                "territory_id": ESTABLISHMENTS[account],
                "created_at": f"{day}T09:00:00",
                "updated_at": f"{changed}T{'22' if edited else '09'}:00:00",
                "stars": None if fixed.random() < 0.1 else (1 if edited else stars),
                "content": f"avis {variant}" if fixed.random() < 0.7 else None,
                "reply_content": "Merci" if replied else None,
                "reply_updated_at": f"{day + dt.timedelta(days=replied_after)}T18:00:00" if replied else None,
            }
        )
    return found


def _ratings(night: dt.date, variant: int) -> list[Row]:
    return [
        {
            "review_id": key,
            "author_id": f"author_{fixed.randrange(4)}",
            "account_key": account,
            "territory_id": PAGES[account],
            "created_at": f"{day}T08:00:00",
            "recommendation": fixed.choice(["positive", "negative"]),
            "has_review": True,
            "content": f"recommandation {variant}",
        }
        for key, account, day, fixed, _ in _written("rating", PAGES, night, variant, range(0, 6))
    ]


def _pages(night: dt.date, variant: int) -> list[Row]:
    return [
        {"account_key": key, "territory_id": territory, "author_id": f"author_{key}", "followers_count": 10 + variant}
        for key, territory in PAGES.items()
        if _random("page", key, night, variant).random() > 0.2
    ]


def _offers(night: dt.date, variant: int) -> list[Row]:
    found = []
    for number in range(6):
        fixed = _random("offer", number)
        first, last = fixed.randrange(4), fixed.randrange(5, 14)
        age = (night - FIRST_DAY).days
        if not first <= age <= last or _random("offer seen", number, night, variant).random() < 0.1:
            continue
        version = first + (age - first) // 3
        found.append(
            {
                "offer_id": f"00000000-0000-0000-0000-{number:012}",
                "name": f"Offre {number} version {version} {variant}",
                "main_type": fixed.choice(["Beach", "Hotel", "Unheard"]),
                "types": ["PointOfInterest"],
                "municipality_code": fixed.choice([*COMMUNES, None]),
                "updated_on": str(FIRST_DAY + dt.timedelta(days=version)),
                "updated_at": None if fixed.random() < 0.2 else f"{FIRST_DAY + dt.timedelta(days=version)}T01:00:00",
            }
        )
    return found


def _establishments(night: dt.date, variant: int) -> list[Row]:
    return [
        {
            "establishment_id": f"establishment_{number}",
            "classified_on": f"2026-0{1 + _random('class', number, night, variant).randrange(3)}-01",
            "kind": "CAMPING",
            "trade_name": f"CAMPING {number}",
            "postcode": "35400",
            "commune_name": "SAINT-MALO CEDEX",
            "capacity_persons": 10 * number + variant,
            "file_row": number,
        }
        for number in range(4)
        if _brings_a_file("establishments", night) and _random("class", number, night).random() > 0.2
    ]


DUMPS = {2: "2026-03-10", 6: "2026-09-12", 8: "2026-11-02"}


def _dumps_of(night: dt.date) -> list[str]:
    """The dumps that a night is the first to see."""
    return [DUMPS[offset] for offset in DUMPS if FIRST_DAY + dt.timedelta(days=offset) == night]


def _listings(night: dt.date, variant: int) -> list[Row]:
    return [
        {
            "area": "france/bretagne/bretagne",
            "dump_on": dump,
            "listing_id": str(number),
            "host_id": f"host_{number % 3}_{variant}",
            "neighbourhood_group": "35",
            "neighbourhood": chance.choice(["Saint-Malo", "Nulle Part"]),
            "room_type": "Entire home/apt",
            "minimum_nights": chance.randrange(1, 9),
            "number_of_reviews": number % 3,
        }
        for dump in _dumps_of(night)
        for number in range(8)
        for chance in [_random("listing", dump, number, night, variant)]
        if chance.random() > 0.2
    ]


def _rental_reviews(night: dt.date, variant: int) -> list[Row]:
    return [
        {
            "area": "france/bretagne/bretagne",
            "dump_on": dump,
            "listing_id": str(number),
            "reviewed_on": f"2026-0{month}-0{1 + chance.randrange(9)}",
            "review_number": 1,
        }
        for dump in _dumps_of(night)
        for number in range(8)
        for month in range(1, int(dump[5:7]))
        for chance in [_random("reviewed", dump, number, month, night, variant)]
        if number % 3 and month < 10 and chance.random() > 0.5
    ]


STREAMS: dict[tuple[str, str], Callable[[dt.date, int], list[Row]]] = {
    ("eurostat", "nights"): _eurostat("nights"),
    ("eurostat_extended", "arrivals"): _eurostat("arrivals"),
    ("eurostat_extended", "capacity"): _eurostat_capacity,
    ("eurostat_extended", "platform_nights"): _eurostat("platform_nights"),
    ("insee_melodi", "frequentation"): _frequentation,
    ("insee_melodi", "capacity"): _insee_capacity,
    ("insee_melodi", "housing"): _housing,
    ("attendance", "visits"): _visits,
    ("tourist_tax", "stays"): _stays,
    ("mobile_flows", "presence"): _presence,
    ("office_visits", "requests"): _requests,
    ("google_business", "locations"): _locations,
    ("google_business", "reviews"): _reviews,
    ("facebook", "accounts"): _pages,
    ("facebook", "ratings"): _ratings,
    ("datatourisme", "offers"): _offers,
    ("classified_accommodation", "establishments"): _establishments,
    ("inside_airbnb", "listings"): _listings,
    ("inside_airbnb", "reviews"): _rental_reviews,
}
