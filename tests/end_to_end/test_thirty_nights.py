"""Thirty nights on which every publisher misbehaves in turn: nothing is lost, and nothing bad is left afterwards."""

import datetime as dt
import itertools
from pathlib import Path

import duckdb
import pytest

from comptoir.config.file import load_config
from comptoir.inventory.schema import load_inventory
from comptoir.lake import verdicts
from comptoir.orchestration import steps
from comptoir.settings import Settings

from .conftest import bronze_digests

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SOURCES = load_config(Settings()).sources
FAULTS = [
    "throttle", "truncate", "html-error", "error-in-200", "schema-drift", "slow=0.01", "duplicate-page",
    "shifting-offset", "clock-skew", "auth-expiry", "bad-rows", "retype", "throttle-storm", "down",
]  # fmt: skip
FIRST = dt.date(2026, 10, 1)
NIGHTS = [(FIRST + dt.timedelta(days=n)).isoformat() for n in range(30)]
# Looked at closely; the first one loads everything, without a fault.
COMPARED = [NIGHTS[0], NIGHTS[4], NIGHTS[13], NIGHTS[22], NIGHTS[29]]


def _misfortunes() -> list[str]:
    """Each night but the first, each source has another fault; over the nights each source has them all."""
    return [
        f"{source}:{FAULTS[(at + which) % len(FAULTS)]}@{night}"
        for (at, night), (which, source) in itertools.product(enumerate(NIGHTS), enumerate(SOURCES))
        if at > 0
    ]


def _run(nights: list[str], *, refetch: bool = False) -> None:
    for night in nights:
        steps.land_sources(SOURCES, night, refetch=refetch, progress=lambda _: None)
    steps.settle_nights([(source, night) for night in nights for source in SOURCES])


def _last_word(var: Path, source: str, stream: str, key: list[str]) -> list[tuple]:
    """The newest night's row of each key, whichever night that was."""
    keys = ", ".join(key)
    # The line of a file is the line of whichever version of the file came.
    return duckdb.sql(f"""
        select columns(name -> name not in ('_night', 'file_row'))
        from read_parquet('{var}/lake/bronze/{source}/{stream}/*.parquet', union_by_name = true)
        qualify row_number() over (partition by {keys} order by _night desc) = 1
        order by {keys}
    """).fetchall()


def test_nothing_is_lost_and_what_can_be_read_again_heals(publishers, settings, installation, tmp_path, monkeypatch):
    publishers.faults(*_misfortunes())
    _run(NIGHTS)
    rows = duckdb.sql(f"""
        select source, stream, night, verdict, quarantined, duplicate,
            received - kept - duplicate - quarantined - erased - expired as unexplained
        from read_json('{settings.lake_dir}/reconciliation/*/*/*.json')
    """).fetchall()
    inventory = load_inventory()
    streams = {(source, stream) for source in SOURCES for stream in inventory.source(source).streams}
    assert {row[:2] for row in rows} == streams
    assert [row for row in rows if row[-1] != 0] == []
    assert {row[3] for row in rows} == {"accepted", "held"}

    # A snapshot that was missed cannot be asked again: each gap has its event.
    bronze = bronze_digests(installation)
    for (source, stream), night in itertools.product(sorted(streams), NIGHTS):
        if f"{source}/{stream}/night={night}.parquet" not in bronze:
            standing = verdicts.standing(settings, source, night)
            failed = list((settings.lake_dir / "failures" / source / f"night={night}").glob("*.json"))
            assert failed or (standing and standing.verdict == "held"), (source, stream, night)

    publishers.faults()
    _run(COMPARED[1:], refetch=True)
    healed = bronze_digests(installation)
    spotless = tmp_path / "spotless"
    (spotless / "secrets").mkdir(parents=True, mode=0o700)
    (spotless / "secrets" / "pseudonym_key").write_text("fixed test key")
    monkeypatch.setenv("COMPTOIR_VAR", str(spotless))
    _run(COMPARED)
    never_ill = bronze_digests(spotless)
    assert len(never_ill) == len(COMPARED) * len(streams)
    families = {stream: inventory.families[inventory.source(stream[0]).family] for stream in streams}
    again = {stream for stream in streams if families[stream].streams[stream[1]].observable_later}
    # A file is loaded on the first night that can: there the last word on each row is compared, not the night's bytes.
    files = {stream for stream in streams if families[stream].reads_files}
    by_night = {"/".join(stream) for stream in again - files}
    compared = {path: digest for path, digest in never_ill.items() if path.rpartition("/")[0] in by_night}
    assert {path: healed.get(path) for path in compared} == compared
    for source, stream in sorted(files):
        key = inventory.stream(source, stream).key
        assert _last_word(installation, source, stream, key) == _last_word(spotless, source, stream, key)
