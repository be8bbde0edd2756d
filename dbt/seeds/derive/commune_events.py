"""Derive commune_events.csv from the yearly versions of @etalab/decoupage-administratif.

Usage: for version in 0.7.0 1.1.1 2.3.1 3.1.1 4.1.0 5.3.0 6.0.0; do
         npm pack @etalab/decoupage-administratif@$version && mkdir -p packages/$version &&
         tar xzf etalab-decoupage-administratif-$version.tgz -C packages/$version
       done
       python dbt/seeds/derive/commune_events.py packages
"""

import csv
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).parents[1] / "reference"
# The year of the official geographic code that each version holds. None holds 2020.
VERSIONS = {
    2019: "0.7.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}


class Cog:
    """The communes of one year's official geographic code, and where each former one went."""

    def __init__(self, package: Path) -> None:
        listed: list[dict[str, Any]] = json.loads((package / "package/data/communes.json").read_text(encoding="utf-8"))
        self.names = {commune["code"]: commune["nom"] for commune in listed if commune["type"] == "commune-actuelle"}
        self.departments = {commune["code"]: commune["departement"] for commune in listed if "departement" in commune}
        self.holder = {
            commune["code"]: commune["chefLieu"]
            for commune in listed
            if commune["type"] in {"commune-deleguee", "commune-associee"}
        } | {former: commune["code"] for commune in listed for former in commune.get("anciensCodes", [])}


def events(before: Cog, after: Cog, year: int) -> Iterator[list[Any]]:
    """Return what happened between two codes: year, kind, commune, its name, its département, the other commune."""
    for code in sorted(before.names.keys() - after.names.keys()):
        other = after.holder[code]
        is_recoded = other not in before.names and before.names[code] == after.names[other]
        kind = "recoded" if is_recoded else "merged"
        yield [year, kind, code, before.names[code], before.departments[code], other]
    gone_to_new = {
        after.holder[code]
        for code in before.names.keys() - after.names.keys()
        if after.holder[code] not in before.names
    }
    for code in sorted(after.names.keys() - before.names.keys() - gone_to_new):
        yield [year, "restored", code, after.names[code], after.departments[code], before.holder[code]]


def main(packages: Path) -> None:
    """Write the seed of the communes that merged, changed code or came back."""
    codes = {year: Cog(packages / version) for year, version in VERSIONS.items()}
    with (SEEDS / "commune_events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            [
                "cog_year",
                "event_kind",
                "commune_code",
                "commune_name",
                "department_code",
                "other_commune_code",
                "successor_code",
            ]
        )
        today = codes[max(codes)]
        for (_, before), (year, after) in pairwise(codes.items()):
            for event in events(before, after, year):
                code = event[2]
                writer.writerow([*event, code if code in today.names else today.holder[code]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
