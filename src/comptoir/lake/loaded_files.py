"""Which files a stream has loaded: an index over its manifests, so that a night reads what is new since the last one.

The index is derived: it lies in ``lake/index``, may be deleted, and is brought up to date when it is opened.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from comptoir.lake import landing, verdicts
from comptoir.settings import Settings

# A folder changed since may change again within the same instant of its clock: it is read again next time.
SETTLED_NANOSECONDS = 2_000_000_000


class _Night(msgspec.Struct, frozen=True, array_like=True):
    """What the attempts of a night say: SHA-256 of what each one loaded, and how files were listed that have them."""

    changed_ns: int
    loaded: dict[int, list[str]]
    listed: dict[str, str]


def index_path(settings: Settings, source: str, stream: str) -> Path:
    """Where the index of a stream lies."""
    return settings.lake_dir / "index" / "files" / source / f"{stream}.json"


class LoadedFiles:
    """The files of a stream as seen from a night: ``sha256 in files`` if another night's accepted attempt loaded it.

    ``listed`` maps how a file was listed (a keyed digest of its name, size and time of change) to the SHA-256 it had.
    """

    def __init__(self, settings: Settings, source: str, stream: str, night: str) -> None:
        self._settings, self._source, self._night = settings, source, night
        self._nights: dict[str, list[tuple[str, int]]] = {}
        self._counting: dict[str, int | None] = {}
        listed: dict[str, str] = {}
        for other, content in _up_to_date(settings, source, stream).items():
            listed |= content.listed
            for attempt, digests in content.loaded.items():
                for digest in digests:
                    self._nights.setdefault(digest, []).append((other, attempt))
        self.listed: Mapping[str, str] = listed

    def __contains__(self, sha256: object) -> bool:
        return any(
            night != self._night and self._counts(night) == attempt
            for night, attempt in self._nights.get(str(sha256), [])
        )

    def _counts(self, night: str) -> int | None:
        if night not in self._counting:
            self._counting[night] = verdicts.counting(self._settings, self._source, night)
        return self._counting[night]


def _up_to_date(settings: Settings, source: str, stream: str) -> dict[str, _Night]:
    """The index, after reading the nights that changed since it was written."""
    path = index_path(settings, source, stream)
    try:
        known = msgspec.json.decode(path.read_bytes(), type=dict[str, _Night])
    except (FileNotFoundError, msgspec.DecodeError):
        known = {}
    now = time.time_ns()
    current: dict[str, _Night] = {}
    for night, changed_ns in _nights(settings, source, stream):
        content = known.get(night)
        if content is None or content.changed_ns != changed_ns:
            settled = changed_ns if changed_ns < now - SETTLED_NANOSECONDS else 0
            content = _read(settings, source, stream, night, settled)
        current[night] = content
    if current != known:
        landing.write_atomically(path, msgspec.json.encode(current))
    return current


def _nights(settings: Settings, source: str, stream: str) -> Iterator[tuple[str, int]]:
    folder = settings.lake_dir / "landing" / source / stream
    if folder.is_dir():
        with os.scandir(folder) as entries:
            for entry in entries:
                yield entry.name.removeprefix("night="), entry.stat().st_mtime_ns


def _read(settings: Settings, source: str, stream: str, night: str, changed_ns: int) -> _Night:
    loaded: dict[int, list[str]] = {}
    listed: dict[str, str] = {}
    for attempt in landing.stream_attempts(settings, source, stream, night):
        manifest = landing.read_manifest(settings, source, stream, night, attempt)
        loaded[attempt] = [file.sha256 for file in manifest.files]
        listed |= manifest.listings
    return _Night(changed_ns, loaded, listed)
