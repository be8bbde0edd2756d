"""Derive public_holidays.csv, public_holidays_abroad.csv and school_holidays.csv.

From `holidays` and `vacances-scolaires-france`.

Usage: python dbt/seeds/derive/calendars.py
"""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import holidays
from vacances_scolaires_france import SchoolHolidayDates

SEEDS = Path(__file__).parents[1] / "reference"
# One year before dim_date's first, which the comparable day of the first year needs.
YEARS = range(1989, 2031)
# Subdivision of the library -> our zone. Zones list only what they add to the national days.
ZONES = {
    "57": "alsace_moselle",
    "971": "guadeloupe",
    "972": "martinique",
    "973": "guyane",
    "974": "la_reunion",
    "976": "mayotte",
    "BL": "saint_barthelemy",
    "MF": "saint_martin",
    "NC": "nouvelle_caledonie",
    "PF": "polynesie_francaise",
    "PM": "saint_pierre_et_miquelon",
    "WF": "wallis_et_futuna",
}
# Main countries of origin: their code in the library -> Eurostat's. Days that all of the country has off.
ABROAD = {"DE": "DE", "NL": "NL", "BE": "BE", "CH": "CH", "GB": "UK"}


def days(subdivision: str | None) -> set[tuple[date, str]]:
    """Return (day, French name); a day that is two holidays gives two."""
    calendar = holidays.France(subdiv=subdivision, years=YEARS, language="fr")
    return {(day, name) for day in calendar for name in calendar.get_list(day)}


def is_movable(name: str, national: set[tuple[date, str]]) -> bool:
    """Tell whether a holiday changes its day of the year from a year to the next."""
    return len({(day.month, day.day) for day, other in national if other == name}) > 1


def public_holidays() -> list[list[str]]:
    """Return zone, day, name and whether the holiday moves: one row per zone and holiday day."""
    national = days(None)
    added = [("metropole", national)] + [(zone, days(code) - national) for code, zone in ZONES.items()]
    return [
        [zone, day.isoformat(), name, str(is_movable(name, of_zone)).lower()]
        for zone, of_zone in added
        for day, name in sorted(of_zone)
    ]


def public_holidays_abroad() -> list[list[str]]:
    """Return country, day and English names: one row per country and holiday day."""
    return [
        [code, day.isoformat(), "; ".join(calendar.get_list(day))]
        for library_code, code in ABROAD.items()
        for calendar in [holidays.country_holidays(library_code, years=YEARS, language="en_US")]
        for day in sorted(calendar)
    ]


def school_holidays() -> Iterable[list[str]]:
    """Return zone, name, first and last day (both off): one row per zone and holiday."""
    calendar = SchoolHolidayDates()
    for zone in calendar.SUPPORTED_ZONES:
        off = sorted(day for day in calendar.data if calendar.is_holiday_for_zone(day, zone))
        starts = [off[0]] + [
            day
            for before, day in pairwise(off)
            if day - before > timedelta(days=1)
            or calendar.data[day]["nom_vacances"] != calendar.data[before]["nom_vacances"]
        ]
        for start, following in pairwise([*starts, None]):
            end = off[-1] if following is None else max(day for day in off if day < following)
            yield [zone, calendar.data[start]["nom_vacances"], start.isoformat(), end.isoformat()]


def write(name: str, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write one seed."""
    with (SEEDS / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write("public_holidays.csv", ["zone_code", "holiday_on", "holiday_name_fr", "is_movable"], public_holidays())
    write("public_holidays_abroad.csv", ["country_code", "holiday_on", "holiday_name_en"], public_holidays_abroad())
    write("school_holidays.csv", ["zone_code", "holiday_name_fr", "starts_on", "ends_on"], school_holidays())
