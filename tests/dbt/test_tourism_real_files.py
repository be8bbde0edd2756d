"""Files that publishers really produced, from the connector to the marts: the facts give the files' own totals."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from comptoir.connectors.tourism import datatourisme, inside_airbnb
from comptoir.connectors.tourism.eurostat import series_cells
from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.settings import PROJECT_DIR

pytestmark = [pytest.mark.slow, pytest.mark.real_data, pytest.mark.timeout(1200)]
NIGHT = dt.date(2026, 11, 20)
DROPPED = {
    "musees_de_france": "frequentation-des-musees-de-france.csv",
    "atout_france": "hebergements_classes.csv",
}
# The monthly counts of nights in France: a compound key, then a column a month.
SERIES = [f"M,{origin},NR,{kind},FR" for origin in ("TOTAL", "DOM", "FOR") for kind in ("I551", "I553", "I551-I553")]


def table(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    """Rows of a CSV file as text, by the library that no connector reads with."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def eurostat_lines(folder: Path) -> tuple[list[str], list[str]]:
    """The header's periods and the lines of the series that are looked at."""
    header, *lines = (folder / "estat_tour_occ_nim.tsv").read_text(encoding="utf-8").splitlines()
    return [cell.strip() for cell in header.split("\t")[1:]], [li for li in lines if li.split("\t")[0] in SERIES]


@pytest.fixture(scope="module")
def files(real_data) -> Path:
    return real_data / "tourism"


@pytest.fixture(scope="module")
def built(empty_warehouse, files, tmp_path_factory):
    empty_warehouse.reset()
    drop = tmp_path_factory.mktemp("depot")
    config = yaml.safe_load((PROJECT_DIR / "comptoir.yml").read_text(encoding="utf-8"))
    config["base_urls"] = {source: str(drop / source) for source in DROPPED}
    path = drop / "comptoir.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_CONFIG", str(path))
        for source, name in DROPPED.items():
            (drop / source).mkdir()
            shutil.copy(files / name, drop / source / name)
            steps.land(source, str(NIGHT))
        assert {result["verdict"] for result in steps.settle(list(DROPPED), str(NIGHT))} == {"accepted"}

    inventory, pseudonymiser = load_inventory(), Pseudonymiser(b"k")

    def accept(source: str, stream: str, records, context: dict, constants: dict | None = None) -> None:
        projector = Projector(inventory.stream(source, stream), pseudonymiser, constants or {})
        empty_warehouse.lake.accept(source, stream, NIGHT, [projector.project(record, context) for record in records])

    periods, lines = eurostat_lines(files)
    names = ["freq", "c_resid", "unit", "nace_r2", "geo"]
    cells = [cell for line in lines for cell in series_cells(line.encode(), names, periods)]
    accept("eurostat", "nights", cells, {"updated_at": "2026-04-01T10:00:00+00:00"})
    listings = table(files / "inside_airbnb_bordeaux_listings.csv", ",")
    context = {"area": "france/nouvelle-aquitaine/bordeaux", "dump_on": "2021-12-09"}
    own = {"currency_code": "EUR"}
    accept("inside_airbnb", "listings", map(inside_airbnb.shape, listings), context, own)
    offers = [json.loads(path.read_bytes()) for path in sorted((files / "datatourisme" / "objects").iterdir())]
    accept("datatourisme", "offers", map(datatourisme.shape, offers), {})
    empty_warehouse.build()
    return empty_warehouse


def test_nights_of_france_are_the_files_to_the_last_month(built, files):
    periods, lines = eurostat_lines(files)
    assert len(lines) == len(SERIES)
    expected: Counter[tuple[str, str]] = Counter()
    missing = 0
    for line in lines:
        key, *cells = line.split("\t")
        _, origin, _, kind, _ = key.split(",")
        for cell in cells:
            number = cell.split()[0] if cell.strip() else ":"
            missing += number == ":"
            expected[origin, kind] += 0 if number == ":" else int(float(number))
    groups = {"TOTAL": "all", "DOM": "domestic", "FOR": "foreign"}
    found = built.query(
        "select origin_country_group, accommodation_code, sum(nights_count) from fct_tourism_month group by all"
    )
    assert {(origin, kind): total for origin, kind, total in found} == {
        (groups[origin], kind): total for (origin, kind), total in expected.items()
    }
    counted = "count(*), count(*) filter (nights_null_reason is not null), count(distinct month_on)"
    assert built.query(f"select {counted} from fct_tourism_month") == [
        (len(lines) * len(periods), missing, len(periods))
    ]
    assert built.query("select distinct territory_id from fct_tourism_month") == [("country:FR",)]


def test_entries_of_museums_by_year_are_the_files(built, files):
    rows = {(row["ref_musee"], row["annee"]): row for row in table(files / DROPPED["musees_de_france"])}
    expected: Counter[str] = Counter()
    for row in rows.values():
        expected[row["annee"]] += int(row["total"] or 0)
    found = dict(built.query("select period_code, sum(total_entries_count) from fct_attendance group by all"))
    # Four rows stand there twice; where their figures differ, one of the two is in bronze.
    assert set(found) == set(expected)
    assert sum(abs(found[year] - total) / total > 0.001 for year, total in expected.items()) == 0
    reasons = dict(built.query("select null_reason, count(*) from fct_attendance group by all"))
    assert reasons["closed"] == sum(row["note"] == "F" for row in rows.values())
    assert reasons[None] == sum(row["total"] != "" for row in rows.values())
    # A year is of no month.
    assert built.query("select count(*) from kpi_month where kpi_id = 'site_entries'") == [(0,)]


def test_most_museums_and_establishments_find_their_commune(built):
    # What is left (70 sites, 876 establishments) has an everyday name ("Arromanches") or that of a commune that merged
    # ("Lamballe"), which no official list translates: they stay without a commune rather than in a likely one.
    counted = "count(distinct site_code), count(distinct site_code) filter (territory_id is not null)"
    ((all_sites, found_sites),) = built.query(f"select {counted} from fct_attendance")
    assert all_sites > 1200
    assert found_sites / all_sites > 0.94
    lodgings = "select count(*), count(territory_id), count(place_name) from dim_place where stream = 'establishments'"
    ((all_lodgings, found_lodgings, named),) = built.query(lodgings)
    assert (all_lodgings, named) == (21_205 - 2, 0)
    assert found_lodgings / all_lodgings > 0.95
    paris = "select count(*) from dim_place where stream = 'establishments' and territory_id = 'commune:75056'"
    assert built.query(paris)[0][0] > 1500
    rennes = "select count(distinct site_code) from fct_attendance where territory_id = 'commune:35238'"
    assert built.query(rennes)[0][0] >= 3  # "ILE ET VILAINE" is understood


def test_capacity_of_the_register_is_the_files(built, files):
    column = "CAPACITÉ D'ACCUEIL (PERSONNES)"
    total = sum(int(row[column]) for row in table(files / DROPPED["atout_france"]) if row[column] not in ("", "-"))
    found = built.query("select sum(capacity_persons_count) from dim_place where stream = 'establishments'")[0][0]
    assert abs(found - total) / total < 0.001  # two establishments stand there twice


def test_listings_of_bordeaux_are_all_there_and_most_are_placed(built, files):
    listings = table(files / "inside_airbnb_bordeaux_listings.csv", ",")
    found = built.query("select count(*), sum(price_amount), count(month_reviews_count) from fct_rental_month")[0]
    never = sum(row["number_of_reviews"] == "0" for row in listings)
    assert found == (len(listings), sum(float(row["price"]) for row in listings), never)
    by_place = dict(built.query("select territory_id, count(*) from fct_rental_month group by all"))
    assert by_place["commune:33063"] == sum(row["neighbourhood_group"] == "Bordeaux" for row in listings)
    # Names that lost their accents ("Bgles") are placed in the area only.
    assert 0 < by_place["epci:243300316"] < len(listings) / 10
    assert None not in by_place


def test_offers_have_a_place_and_no_name_that_may_be_somebodys(built):
    rows = built.query(
        "select place_kind, count(*), count(place_name) from dim_place where stream = 'offers' group by all"
    )
    assert sum(count for _, count, _ in rows) == 150
    assert {kind for kind, _, names in rows if names == 0} >= {"lodging", "food"}
    assert {kind for kind, _, names in rows if names > 0} <= {
        "museum",
        "monument",
        "beach",
        "nature",
        "park",
        "leisure",
        "route",
        "office",
        "venue",
        "event",
    }
