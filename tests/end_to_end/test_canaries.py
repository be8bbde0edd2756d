"""Identities and secrets planted everywhere a publisher could put them are found nowhere on the disk."""

import logging
import re

import pytest

from comptoir.connectors.http import PublisherError
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.settings import Settings, load_config

NIGHT = "2026-10-10"
SOURCES = load_config(Settings()).sources
CANARIES = (
    "zoe.canarizh@exemple.fr",
    "+33639989876",
    "06 39 98 98 76",
    "@zoe_canarizh@mastodon.example",
    "Nolwenn Canarizh",
)
TRACES = re.compile(rb"canarizh|39 ?98 ?98 ?76|canary-secret", re.IGNORECASE)


def _found(folder):
    import zstandard

    found = []
    for path in folder.rglob("*"):
        if path.is_file() and "secrets" not in path.parts:
            content = path.read_bytes()
            if path.suffix == ".zst":
                content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
            elif path.suffix == ".parquet":
                content = _parquet_text(path)
            if match := TRACES.search(content):
                found.append((path.name, match.group()))
    return found


def _parquet_text(path):
    import duckdb

    rows = duckdb.sql(f"select cast(t as varchar) from read_parquet('{path}') as t").fetchall()
    return "\n".join(row[0] for row in rows).encode()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("fault", ["canary", "truncate", "html-error", "error-in-200"])
def test_no_canary_reaches_the_disk_or_a_log(publishers, installation, tmp_path, monkeypatch, caplog, source, fault):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    publishers.faults("canary", *([] if fault == "canary" else [fault]), canaries=CANARIES)
    caplog.set_level(logging.DEBUG)
    received = 0
    try:
        received = sum(steps.land(source, NIGHT)["received"].values())
    except PublisherError as error:
        assert not TRACES.search(str(error).encode())
    steps.settle([source], NIGHT)
    assert _found(installation) == []
    assert _found(temporary) == []
    assert not TRACES.search(caplog.text.encode())
    if fault == "canary":
        assert received > 0, "nothing was landed: the test would prove nothing"
        assert landing.attempts(steps.get_settings(), source, NIGHT) == [1]
