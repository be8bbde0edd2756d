from __future__ import annotations

import ast
import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

import comptoir.sandbox
from comptoir.sandbox.running import running
from comptoir.sandbox.seeded.world import SeededWorld
from comptoir.sandbox.server import build_app

ODS = "opendatasoft/api/explore/v2.1/catalog/datasets/signalements-citoyens"
PATHS = [
    "mastodon/api/v1/accounts/lookup?acct=region@mastodon.example",
    "mastodon/api/v1/timelines/tag/bretagne?limit=40",
    "eurostat/api/dissemination/sdmx/2.1/data/tour_occ_nim?format=TSV&compressed=true",
    f"{ODS}/exports/jsonl?where=date_declaration>=date'2026-10-01'",
]


@pytest.mark.parametrize("path", PATHS)
def test_same_seed_and_night_give_the_same_bytes_from_another_world(path, seeded, config):
    night = "2026-10-19"
    with (
        running(build_app(SeededWorld(7, config=config))) as other,
        running(build_app(SeededWorld(8, config=config))) as stranger,
    ):
        first = seeded.get(path, night).content
        # Another process state: other nights were asked before.
        requests.get(f"{other}/2026-01-05/{path}", timeout=30)
        assert requests.get(f"{other}/{night}/{path}", timeout=30).content == first
        assert requests.get(f"{stranger}/{night}/{path}", timeout=30).content != first


@pytest.mark.parametrize("path", [p for p in PATHS if "eurostat" not in p])
def test_two_nights_differ(path, seeded):
    assert seeded.get(path, "2026-10-19").content != seeded.get(path, "2026-10-20").content


def test_the_world_starts_on_its_first_night_and_spans_more_than_four_hundred(seeded):
    assert seeded.get(PATHS[1], "2025-08-31").status_code == 404
    assert seeded.get(PATHS[1], "2025-09-01").json()
    assert len(seeded.get(PATHS[1], "2027-01-15").json()) == 40
    assert seeded.get(PATHS[1], "hier").status_code == 400
    assert seeded.get("insee/melodi").status_code == 404


def test_pages_are_served_at_a_useful_pace(seeded):
    """A sanity bound relative to this very machine: a night's row costs at most as much as 60 parses of it."""
    rows = seeded.timeline("timelines/tag/saintmalo?limit=40", "2025-11-01")
    began = time.perf_counter()
    rows = seeded.timeline("timelines/tag/saintmalo?limit=40", "2025-11-01")
    served = (time.perf_counter() - began) / len(rows)
    text = json.dumps(rows)
    began = time.perf_counter()
    json.loads(text)
    parsed = (time.perf_counter() - began) / len(rows)
    assert served < 60 * parsed


def test_the_sandbox_shares_nothing_with_the_connectors():
    root = Path(comptoir.sandbox.__file__).parent
    foreign = set()
    for module in root.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            foreign |= {n for n in names if n.split(".")[0] == "comptoir"}
    assert {n for n in foreign if not n.startswith("comptoir.sandbox")} == {
        "comptoir.config.file",
        "comptoir.config.watched",
        "comptoir.settings",
    }


def test_the_truth_is_kept_in_memory_and_agrees_with_what_is_served(seeded, world):
    posts = seeded.timeline("timelines/tag/saintmalo?limit=40", "2026-08-01", since="2026-07-10")
    truths = [world.truth("post", post["uri"]) for post in posts]
    assert {t["author_kind"] for t in truths} >= {"resident", "visitor", "business", "media", "institution"}
    assert {t["audience"] for t in truths} == {"resident", "visitor", "prospect", None}
    told = [(t, p) for t, p in zip(truths, posts, strict=True) if t["identities"]]
    assert told
    for truth, post in told:
        for identity in truth["identities"]:
            assert identity.replace("'", "&#x27;") in post["content"]
    rows = [json.loads(line) for line in seeded.export("2026-08-01", where="date_declaration >= date'2026-07-20'")]
    assert {world.truth("report", row["id_signalement"])["audience"] for row in rows} == {"resident", "visitor"}
    assert not {"audience", "author_kind", "theme", "truth"} & (set(rows[0]) | set(posts[0]))
    with pytest.raises(ValueError, match="No truth"):
        world.truth("night", "x")


def test_the_command_says_when_it_is_ready_and_where():
    command = [sys.executable, "-m", "comptoir.sandbox", "serve", "--world", "seeded", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("Sandbox ready: seeded world (seed 7) on http://127.0.0.1:")
        base = line.split(" on ")[1].split("/{night}")[0]
        assert requests.get(f"{base}/health", timeout=10).json() == {"status": "ok", "world": "seeded", "seed": 7}
        yesterday = dt.date(2026, 11, 20)
        assert requests.get(f"{base}/{yesterday}/{ODS}", timeout=30).status_code == 200
    finally:
        process.terminate()
        process.wait(timeout=15)


def test_the_command_explains_what_it_cannot_do(tmp_path):
    command = [sys.executable, "-m", "comptoir.sandbox", "serve", "--world", "recorded", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "social/mastodon" in done.stderr
    assert "--data" in done.stderr
