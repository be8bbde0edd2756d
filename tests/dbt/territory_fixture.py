"""A drop of attributes of communes, corrected, late, held; INSEE and the register are those of tourism_fixture."""

from __future__ import annotations

import csv
import datetime as dt
import random
from typing import Any

import tourism_fixture

from comptoir.settings import PROJECT_DIR

Row = dict[str, Any]
FIRST_DAY = dt.date(2026, 11, 1)
# Whole EPCI of Bretagne with few communes each, so that their sums are whole and their strata have company.
EPCI = (
    "242900629", "242900710", "242900769", "243500774", "243500725", "242900314", "243500550", "243500618", "242900660",
    "200096675", "242900645", "243500659",
)  # fmt: skip
STREAMS = [
    ("territory_attributes", "attributes"),
    ("insee_melodi", "capacity"),
    ("insee_melodi", "housing"),
    ("classified_accommodation", "establishments"),
]


def communes() -> list[dict[str, str]]:
    """The communes of EPCI, as the seed has them."""
    with (PROJECT_DIR / "dbt" / "seeds" / "reference" / "communes.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["epci_code"] in EPCI]


def rows(source: str, stream: str, night: dt.date, variant: int = 0) -> list[Row]:
    """What that stream shows at the end of that night. Same night and variant: same rows."""
    if stream != "attributes":
        return tourism_fixture.rows(source, stream, night, variant)
    world = tourism_fixture.WORLD.get() or ""
    chance = random.Random(f"attributes{world}|{night}|{variant}")
    if chance.random() < 0.3:
        return []  # most nights bring no file; some of these do not either
    year = 2025 + (night - FIRST_DAY).days % 2
    found = []
    for commune in communes():
        code = commune["commune_code"]
        if chance.random() < 0.02:
            continue
        fixed = random.Random(f"{code}{world}|{year}")
        numbers: dict[str, float | None] = {
            "area_km2": round(fixed.uniform(4, 60), 2) + variant,
            "density_class_7": fixed.choice([5, 6, 6, 7]),
            "population_dgf": int(commune["population"]) + fixed.randrange(900),
            "dwellings": fixed.randrange(200, 4000),
            "second_homes": fixed.randrange(200),
            "tourist_beds": None if chance.random() < 0.02 else fixed.randrange(900),
            "unheard_of": 1,
        }
        flags = {
            name: fixed.random() < 0.3 for name in ("tourist_commune", "classified_resort", "coast_law", "mountain_law")
        }
        for name, value in {**numbers, **flags}.items():
            is_flag = isinstance(value, bool)
            found.append(
                {
                    "commune_code": code,
                    "commune_name": commune["commune_name"],
                    "attribute_code": name,
                    "year": year,
                    "value": str(value),
                    "value_number": None if is_flag else value,
                    "value_flag": value if is_flag else None,
                    "file_name": f"attributs_{year}.csv",
                    "file_row": len(found),
                }
            )
    return found
