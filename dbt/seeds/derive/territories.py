"""Derive communes.csv, epci.csv, departements.csv and regions.csv from @etalab/decoupage-administratif.

Usage: npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-*.tgz
       python dbt/seeds/derive/territories.py package
"""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PACKAGE_VERSION = "6.0.0"
COG_YEAR = 2026
SEEDS = Path(__file__).parents[1] / "reference"
ZONES = {"metro": "metropole", "drom": "drom", "com": "com"}

# The package does not carry the year of its populations. Its sources are INSEE's reference populations of
# 2023 (in force on 2026-01-01), and the latest census of the territories that those do not cover.
POPULATION_YEAR = 2023
POPULATION_YEAR_ELSEWHERE = {"976": 2017, "987": 2022, "988": 2025, "984": None, "989": None}


def read(package: Path, name: str) -> list[dict[str, Any]]:
    """Return one data file of the package."""
    content: list[dict[str, Any]] = json.loads((package / "data" / name).read_text(encoding="utf-8"))
    return content


def write(name: str, header: list[str], rows: Iterable[list[Any]]) -> None:
    """Write one seed, ordered by its first column; None becomes an empty cell, which is NULL in the warehouse."""
    with (SEEDS / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows, key=lambda row: str(row[0])))


def main(package: Path) -> None:
    """Write the four seeds of the territories of the package."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    if version != PACKAGE_VERSION:
        raise SystemExit(f"{package} is version {version}, expected {PACKAGE_VERSION}: see README.md, 'Renew'.")
    epci = read(package, "epci.json")
    epci_of = {member["code"]: group["code"] for group in epci for member in group["membres"]}
    write(
        "communes.csv",
        ["commune_code", "commune_name", "department_code", "epci_code", "population"],
        (
            [c["code"], c["nom"], c["departement"], epci_of.get(c["code"]), c.get("population")]
            for c in read(package, "communes.json")
            if c["type"] == "commune-actuelle"
        ),
    )
    write(
        "epci.csv",
        ["epci_code", "epci_name", "epci_kind"],
        ([group["code"], group["nom"], group["type"]] for group in epci),
    )
    write(
        "departements.csv",
        ["department_code", "department_name", "region_code", "zone_code", "cog_year", "population_year"],
        (
            [
                d["code"],
                d["nom"],
                d["region"],
                ZONES[d["zone"]],
                COG_YEAR,
                POPULATION_YEAR_ELSEWHERE.get(d["code"], POPULATION_YEAR),
            ]
            for d in read(package, "departements.json")
        ),
    )
    write("regions.csv", ["region_code", "region_name"], ([r["code"], r["nom"]] for r in read(package, "regions.json")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
