from __future__ import annotations

import datetime as dt
import gzip
import json
import time

import pytest

from comptoir.sandbox.faults import Fault
from comptoir.settings import ConfigError

TAG = "mastodon/api/v1/timelines/tag/bretagne?limit=40"
LOOKUP = "mastodon/api/v1/accounts/lookup?acct=region@mastodon.example"
DATASET = "opendatasoft/api/explore/v2.1/catalog/datasets/signalements-citoyens"
EXPORT = f"{DATASET}/exports/jsonl?where=date_declaration>=date'2026-11-01'"
RECORDS = EXPORT.replace("exports/jsonl", "records")
BULK = "eurostat/api/dissemination/sdmx/2.1/data/tour_occ_nim?format=TSV&compressed=true"
SLICE = "eurostat/api/dissemination/statistics/1.0/data/tour_occ_nim?format=JSON&geo=FR&unit=NR&lastTimePeriod=3"


def test_throttle_refuses_the_first_requests_of_a_night_in_each_publishers_way(faulty):
    client = faulty("throttle")
    for path in (TAG, EXPORT, BULK):
        assert [client.get(path).status_code for _ in range(4)] == [429, 429, 200, 200]
    other = client.get(TAG, "2026-11-20")
    assert other.json() == {"error": "Too many requests"} and "Retry-After" not in other.headers
    reset = dt.datetime.fromisoformat(other.headers["X-RateLimit-Reset"])
    assert abs(reset - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)
    ods = client.get(EXPORT, "2026-11-20").json()
    assert ods["errorcode"] == 10002 and ods["limit_time_unit"] == "second" and ods["reset_time"].endswith("Z")
    assert client.get(BULK, "2026-11-20").headers["Retry-After"] == "1"


def test_a_throttle_storm_never_ends(faulty):
    client = faulty("throttle-storm")
    assert {client.get(TAG).status_code for _ in range(6)} == {429}
    assert client.get(EXPORT).json()["limit_time_unit"] == "day"


def test_faults_are_kept_to_their_source_and_nights(faulty):
    client = faulty("mastodon:down@2026-11-03..2026-11-05", "eurostat:auth-expiry@2026-11-03")
    states = [client.get(TAG, f"2026-11-{day:02d}").status_code for day in (2, 3, 5, 6)]
    assert states == [200, 503, 503, 200]
    assert [client.get(BULK, f"2026-11-{day:02d}").status_code for day in (3, 4)] == [401, 200]
    assert client.get(EXPORT, "2026-11-03").status_code == 200


def test_truncated_bodies_cannot_be_read_to_their_end(faulty):
    client = faulty("truncate")
    with pytest.raises(EOFError):
        gzip.decompress(client.get(BULK).content)
    with pytest.raises(json.JSONDecodeError):
        json.loads(client.get(TAG).content)
    with pytest.raises(json.JSONDecodeError):
        [json.loads(line) for line in client.get(EXPORT).text.splitlines()]


def test_html_and_error_objects_arrive_with_status_200(faulty):
    page = faulty("html-error").get(TAG)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    client = faulty("error-in-200")
    assert set(client.get(TAG).json()) == {"error"}
    assert "ASYNCHRONOUS" in client.get(SLICE).json()["warning"]["label"]
    assert "error_code" in client.get(RECORDS).json()
    *rows, last = client.get(EXPORT).text.splitlines()
    assert all("id_signalement" in json.loads(row) for row in rows) and len(rows) > 50
    assert "error_code" in json.loads(last)


def test_schemas_drift_and_types_change(faulty, seeded):
    drifted, retyped = faulty("schema-drift"), faulty("retype")
    sound = seeded.get(TAG).json()[0]
    status = drifted.get(TAG).json()[0]
    assert set(status) ^ set(sound) == {"reactions_count", "replies_count"}
    assert "followers_count" not in drifted.get(LOOKUP).json()
    row = json.loads(drifted.get(EXPORT).text.splitlines()[0])
    assert "priorite" in row and "categorie" not in row
    header, line = gzip.decompress(drifted.get(BULK).content).decode().splitlines()[:2]
    assert header.startswith("freq,c_resid,sizen_r1,nace_r2") and line.startswith("M,DOM,NR,")
    assert "sizen_r1" in drifted.get(SLICE).json()["id"]
    assert isinstance(retyped.get(TAG).json()[0]["favourites_count"], str)
    assert isinstance(retyped.get(LOOKUP).json()["followers_count"], str)
    assert isinstance(json.loads(retyped.get(EXPORT).text.splitlines()[0])["geo_point_2d"], str)
    assert "," in next(iter(retyped.get(SLICE).json()["value"].values()))
    assert ",".join(["", ""]) in gzip.decompress(retyped.get(BULK).content).decode().splitlines()[1].split("\t")[2]


def test_pages_that_repeat_a_row_lose_none(faulty, seeded):
    client = faulty("duplicate-page")
    sound = [post["uri"] for post in seeded.timeline("timelines/tag/bretagne?limit=40", "2025-10-05")]
    repeated = [post["uri"] for post in client.timeline("timelines/tag/bretagne?limit=40", "2025-10-05")]
    assert list(dict.fromkeys(repeated)) == sound and len(repeated) > len(sound)
    pages = [client.get(f"{RECORDS}&limit=50&offset={offset}").json()["results"] for offset in (0, 50)]
    assert pages[0][-1] == pages[1][0]
    lines = client.get(EXPORT).text.splitlines()
    assert len(lines) - len(set(lines)) >= 3 and set(lines) == set(seeded.get(EXPORT).text.splitlines())


def test_a_slow_publisher_takes_its_time(faulty, seeded):
    client = faulty("slow=0.6")
    seeded.get(TAG)
    began = time.perf_counter()
    assert client.get(TAG).status_code == 200
    assert time.perf_counter() - began >= 0.6


def test_bad_rows_stand_among_good_ones(faulty):
    client = faulty("bad-rows")
    posts = [post for page in range(2) for post in client.get(TAG, f"2026-11-{20 + page}").json()]
    assert any(post["uri"] is None for post in posts)
    assert any(post["created_at"].startswith(("9999-99", "0001")) for post in posts)
    assert any("\x00" in post["content"] for post in posts) or any(len(p["content"]) > 400_000 for p in posts)
    assert any(not isinstance(post["favourites_count"], int) for post in posts)
    good = [p for p in posts if p["uri"] and isinstance(p["favourites_count"], int) and p["favourites_count"] >= 0]
    assert len(good) > 0.7 * len(posts)
    rows = [json.loads(line) for line in client.get(EXPORT).text.splitlines()]
    assert any("\x00" in str(row["sous_categorie"]) for row in rows)
    assert max(len(str(row["quartier"]).encode()) for row in rows) >= 1_000_000
    assert "n/a" in gzip.decompress(client.get(BULK).content).decode()


def test_a_fault_that_cannot_be_understood_is_explained():
    with pytest.raises(ConfigError, match=r"Unknown fault 'earthquake'.*throttle"):
        Fault.parse("mastodon:earthquake")
    with pytest.raises(ConfigError, match="is not a fault"):
        Fault.parse("slow@hier")
    with pytest.raises(ConfigError, match="is not a fault"):
        Fault.parse("slow=beaucoup")
