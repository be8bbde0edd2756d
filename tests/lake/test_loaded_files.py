"""What the lake knows of loaded files costs a look at what changed, and says what the manifests say."""

import os

import pytest

from comptoir.lake import landing, loaded_files, verdicts
from comptoir.lake.loaded_files import LoadedFiles, index_path
from comptoir.settings import Settings

SOURCE, STREAM = "attendance", "visits"
NIGHTS = [f"2026-10-{day:02d}" for day in range(1, 31)]
LONG_AGO = 1_760_000_000


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path / "var"))
    return Settings()


@pytest.fixture
def land(settings, monkeypatch):
    def land(night, *digests, at=LONG_AGO, **listings):
        with landing.new_attempt(settings, SOURCE, night, [STREAM]) as attempt:
            sha256 = attempt.write(STREAM, [])
            files = [landing.LandedFile(name="f", sha256=d, size_bytes=1, rows=1, read_as="csv") for d in digests]
            manifest = landing.Manifest(
                source=SOURCE,
                stream=STREAM,
                night=night,
                attempt=attempt.number,
                streams=[STREAM],
                since=None,
                received=0,
                pages=1,
                bytes=1,
                announced=None,
                publisher_updated_at=None,
                added_fields=[],
                removed_fields=[],
                sha256=sha256,
                landed_at="2026-11-22T03:00:00+00:00",
                code_version="0",
                redactor_version="1",
                key_fingerprint="f",
                files=files,
                listings=listings,
            )
            attempt.commit([manifest])
        # A lake of long ago: what changed a moment ago is looked at again.
        os.utime(landing.night_dir(settings, "landing", SOURCE, night, STREAM), (at, at))

    return land


@pytest.fixture
def read(monkeypatch):
    """Nights whose manifests were read."""
    read = []
    real = landing.read_manifest

    def counted(settings, source, stream, night, attempt):
        read.append(night)
        return real(settings, source, stream, night, attempt)

    monkeypatch.setattr(landing, "read_manifest", counted)
    return read


def _files(settings, night="2026-11-01"):
    return LoadedFiles(settings, SOURCE, STREAM, night)


def test_a_night_reads_the_manifests_of_what_changed_since_the_last_one(settings, land, read):
    for number, night in enumerate(NIGHTS):
        land(night, f"bytes {number}", **{f"listing_{number}": f"bytes {number}"})
    files = _files(settings)
    assert sorted(set(read)) == NIGHTS
    assert files.listed["listing_7"] == "bytes 7"
    read.clear()
    # A file that is asked for costs a look at the night that loaded it, whatever the history.
    assert "bytes 7" in _files(settings)
    assert set(read) <= {NIGHTS[7]}
    land("2026-10-31", "bytes 31")
    read.clear()
    assert {"bytes 31", "bytes 0"} == {name for name in ("bytes 31", "bytes 0", "other") if name in _files(settings)}
    assert set(read) <= {"2026-10-31", NIGHTS[0]}


def test_an_attempt_landed_later_is_seen_and_a_night_does_not_know_its_own(settings, land):
    land("2026-10-01", "first")
    assert "first" in _files(settings)
    assert "first" not in _files(settings, "2026-10-01")
    land("2026-10-01", "second", at=LONG_AGO + 60)
    files = _files(settings)
    assert ("first" in files, "second" in files) == (False, True), "the newest attempt counts"


def test_what_was_held_is_not_loaded_though_its_listing_is_known(settings, land):
    land("2026-10-01", "bytes", listing="bytes")
    verdicts.record_verdict(settings, SOURCE, "2026-10-01", 1, "held", ["suspect"], [])
    files = _files(settings)
    assert ("bytes" in files, files.listed) == (False, {"listing": "bytes"})


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"{")])
def test_the_index_is_made_again(settings, land, damage):
    land("2026-10-01", "bytes", listing="bytes")
    assert "bytes" in _files(settings)
    damage(index_path(settings, SOURCE, STREAM))
    files = _files(settings)
    assert ("bytes" in files, files.listed) == (True, {"listing": "bytes"})
    assert index_path(settings, SOURCE, STREAM).exists()


def test_what_changed_a_moment_ago_is_looked_at_again(settings, land, read, monkeypatch):
    monkeypatch.setattr(loaded_files.time, "time_ns", lambda: LONG_AGO * 1_000_000_000 + 1_000)
    land("2026-10-01", "bytes")
    _files(settings)
    read.clear()
    _files(settings)
    assert read == ["2026-10-01"]
