from __future__ import annotations

import pytest
import requests

from comptoir.sandbox.running import running
from comptoir.sandbox.seeded.world import SeededWorld
from comptoir.sandbox.server import build_app

DATA = "insee_melodi/data/DS_TOUR_CAP"
PATHS = [
    "insee_melodi/data/DS_TOUR_FREQ?GEO=REG&maxResult=50",
    f"{DATA}?GEO=REG-53%2ACOM&page=2",
    "insee_melodi/catalog/all",
]


@pytest.mark.parametrize("path", PATHS)
def test_same_seed_and_night_give_the_same_bytes_from_another_world(path, seeded, config):
    with running(build_app(SeededWorld(7, config=config))) as other:
        requests.get(f"{other}/2026-01-05/{path}", timeout=30)
        mine, theirs = seeded.get(path, "2026-10-19").text, requests.get(f"{other}/2026-10-19/{path}", timeout=30).text
        assert theirs.replace(other, seeded.base) == mine


def test_another_seed_gives_other_figures(seeded, config):
    with running(build_app(SeededWorld(8, config=config))) as stranger:
        theirs = requests.get(f"{stranger}/2026-10-19/{PATHS[0]}", timeout=30).json()["observations"]
        mine = seeded.get(PATHS[0], "2026-10-19").json()["observations"]
        values = [{row["measures"]["OBS_VALUE_NIVEAU"]["value"] for row in rows} for rows in (mine, theirs)]
        assert values[0] != values[1]


@pytest.mark.parametrize(
    ("geo", "levels"),
    [
        ("COM-35288", {"2026-COM-35288"}),
        ("2026-COM-35288", {"2026-COM-35288"}),
        ("2019-COM-35288", {"2026-COM-35288"}),
        ("COM-75056", set()),
        ("DEP-35", set()),
    ],
)
def test_a_place_is_asked_with_or_without_a_year(seeded, geo, levels):
    found = seeded.get(DATA, params={"GEO": geo, "maxResult": 1000, "totalCount": "true"}).json()
    assert {row["dimensions"]["GEO"] for row in found["observations"]} == levels
    assert found["paging"]["count"] == len(found["observations"])


def test_children_of_an_epci_a_departement_and_a_region_nest(seeded, world):
    counted = {}
    place = world.region.places.by_code["35288"]
    for geo in (f"EPCI-{place.epci}*COM", "DEP-35*COM", "REG-53*COM", "COM"):
        answer = seeded.get(DATA, params={"GEO": geo, "totalCount": "true"}).json()
        counted[geo.partition("-")[0]] = answer["paging"]["count"]
    assert 0 < counted["EPCI"] < counted["DEP"] < counted["REG"] == counted["COM"]


def test_links_lead_to_every_observation_once_and_keep_the_star_encoded(seeded):
    url = f"{seeded.base}/2026-11-21/{DATA}?GEO=DEP-35%2ACOM&maxResult=400&totalCount=true"
    rows, count = [], None
    while url:
        assert "%2ACOM" in url
        assert "*" not in url
        body = requests.get(url, timeout=30).json()
        rows += [tuple(sorted(row["dimensions"].items())) for row in body["observations"]]
        url, count = body["paging"].get("next"), body["paging"]["count"]
    assert len(rows) == len(set(rows)) == count > 800
    assert rows != sorted(rows), "the order says nothing"


def test_what_is_refused_and_how(seeded):
    assert seeded.get("insee_melodi/data/DS_NOTHING").status_code == 500
    assert seeded.get("insee_melodi/catalog/DS_NOTHING").headers["Content-Type"].startswith("text/plain")
    assert seeded.get("insee_melodi/range/DS_TOUR_CAP").status_code == 404
    for wrong in ("COULEUR=1", "GEO=rennes", "maxResult=0", "maxResult=100001", "page=0", "page=x"):
        answer = seeded.get(f"{DATA}?{wrong}")
        assert answer.status_code == answer.json()["http_status_code"] == 400, wrong


def test_the_catalogue_tells_what_was_modified_when(seeded):
    before, after = (
        {row["identifier"]: row for row in seeded.get("insee_melodi/catalog/all", night).json()}
        for night in ("2026-08-31", "2026-11-21")
    )
    assert before.keys() == {"DS_TOUR_FREQ", "DS_TOUR_CAP", "DS_RP_LOGEMENT_PRINC"}
    changed = {name for name in before if before[name]["modified"] != after[name]["modified"]}
    assert changed == {"DS_TOUR_FREQ"}
    assert before["DS_TOUR_FREQ"]["numObservations"] < after["DS_TOUR_FREQ"]["numObservations"]
    assert after["DS_TOUR_CAP"]["temporal"] == {"startPeriod": "2022", "endPeriod": "2026"}
