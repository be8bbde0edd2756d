"""The recorded world against the very files it replays."""

from __future__ import annotations

import ast
import csv
import gzip
import itertools
import json
from collections import Counter

import pytest

from comptoir.config.file import load_config
from comptoir.sandbox.running import running
from comptoir.sandbox.server import build_app
from comptoir.settings import PROJECT_DIR, Settings

pytestmark = pytest.mark.real_data
NIGHT = "2026-04-15"
SLICE = "eurostat/api/dissemination/statistics/1.0/data/tour_occ_nim"


@pytest.fixture(scope="module")
def recorded(real_data, request):
    client_class = type(request.getfixturevalue("seeded"))
    with running(build_app("recorded", data=real_data)) as base:
        yield client_class(base)


def test_every_captured_status_is_obtained_by_the_config_alone(recorded, real_data):
    path = PROJECT_DIR / "src" / "comptoir" / "sandbox" / "recorded" / "comptoir.yml"
    config = load_config(Settings(COMPTOIR_CONFIG=path))
    counts: Counter[str] = Counter()
    obtained: dict[str, dict] = {}
    for account in config.accounts:
        found = recorded.get("mastodon/api/v1/accounts/lookup", NIGHT, params={"acct": account.address}).json()
        posts = recorded.timeline(f"accounts/{found['id']}/statuses?limit=40", NIGHT)
        counts["statuses"] += len(posts)
        obtained |= {post["uri"]: post for post in posts}
    for query in config.listening_queries:
        posts = recorded.timeline(f"timelines/tag/{query.hashtag}?limit=7", NIGHT)
        counts[query.hashtag] += len(posts)
        obtained |= {post["uri"]: post for post in posts}
    captured = {}
    for file in sorted((real_data / "social" / "mastodon").glob("*.json")):
        payload = json.loads(file.read_text(encoding="utf-8"))
        for item in payload if isinstance(payload, list) else [payload]:
            if "content" in item:
                captured.setdefault(item["uri"], []).append(item)
    assert set(obtained) == set(captured)
    assert counts == {"statuses": 101, "rstats": 5, "public": 50}
    for uri, post in obtained.items():
        assert any(post["content"] == item["content"] for item in captured[uri])
        assert any(post["favourites_count"] == item["favourites_count"] for item in captured[uri])


def test_dans_ma_rue_is_whole_and_its_python_dicts_are_json(recorded, real_data):
    rows = [json.loads(line) for line in recorded.export(NIGHT, "dans_ma_rue", order_by="id_dmr")]
    with (real_data / "gru" / "paris_dans_ma_rue.csv").open(encoding="utf-8", newline="") as file:
        written = {row["id_dmr"]: row for row in csv.DictReader(file)}
    assert len(rows) == len(written) == 10_000
    for row in rows:
        source = written[row["id_dmr"]]
        assert row["geo_point_2d"] == ast.literal_eval(source["geo_point_2d"])
        assert all(str(row[name]) == source[name] for name in source if source[name] and not name.startswith("geo_"))
    selected = recorded.export(NIGHT, "dans_ma_rue", where="datedecl >= date'2024-09-01' and arrondissement = 18")
    expected = [r for r in rows if r["datedecl"] >= "2024-09-01" and r["arrondissement"] == 18]
    assert len(selected) == len(expected) > 0
    last = recorded.records("dans_ma_rue", limit=100, offset=9_900, order_by="datedecl").json()
    assert last["total_count"] == 10_000 and len(last["results"]) == 100
    assert last["results"][-1]["datedecl"] == "2024-09-12"


def test_eurostat_is_byte_for_byte_the_file_and_slices_agree(recorded, real_data):
    path = real_data / "tourism" / "estat_tour_occ_nim.tsv"
    bulk = recorded.get("eurostat/api/dissemination/sdmx/2.1/data/tour_occ_nim?format=TSV&compressed=true", NIGHT)
    assert gzip.decompress(bulk.content) == path.read_bytes()
    assert bulk.headers["Last-Modified"] == "Wed, 15 Apr 2026 21:00:00 GMT"
    lines = path.read_text(encoding="utf-8").splitlines()
    periods = [p.strip() for p in lines[0].split("\t")[1:]]
    series = {tuple(line.split("\t")[0].split(",")): line.split("\t")[1:] for line in lines[1:]}
    payload = recorded.get(f"{SLICE}?format=JSON&lang=EN&geo=FR&geo=BE&sinceTimePeriod=2023-01", NIGHT).json()
    assert payload["updated"] == "2026-04-15T23:00:00+0200"
    axes = [list(payload["dimension"][name]["category"]["index"]) for name in payload["id"]]
    compared = 0
    for flat, codes in enumerate(itertools.product(*axes)):
        cells = series.get(codes[:-1])
        number, _, flag = (cells[periods.index(codes[-1])] if cells else ": ").partition(" ")
        value = payload["value"].get(str(flat))
        assert (value is None) == (number == ":") and (value is None or value == float(number))
        assert payload["status"].get(str(flat), "") == flag
        compared += value is not None
    assert compared > 800


@pytest.mark.parametrize(
    ("source", "path", "before", "first"),
    [
        ("mastodon", "api/v1/timelines/tag/rstats", "2025-07-16", "2025-07-17"),
        ("dans_ma_rue", "api/explore/v2.1/catalog/datasets/dans-ma-rue/records", "2024-09-11", "2024-09-12"),
        ("eurostat", "api/dissemination/sdmx/2.1/data/tour_occ_nim?format=TSV", "2026-04-14", "2026-04-15"),
    ],
)
def test_a_recording_exists_from_its_own_date_on(recorded, source, path, before, first):
    assert recorded.get(f"{source}/{path}", before).status_code == 404
    assert recorded.get(f"{source}/{path}", first).status_code == 200
    assert recorded.get(f"{source}/{path}", "2026-11-21").status_code == 200
