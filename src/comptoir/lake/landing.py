"""Landing: what a publisher answered, minus identities; immutable.

A manifest is written last and readers trust manifests only, so that a half-written file does not exist for them.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from comptoir.settings import ComptoirError, Settings

LINES_TOGETHER = 200
# No record may be older, and a night that asked for all there is asked from here.
EARLIEST = "1900-01-01"


class LakeError(ComptoirError):
    """Something in the lake is not as its manifest says."""


class LandedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that an attempt loaded: its redacted name, its digest, its rows, and how it was understood."""

    name: str
    sha256: str
    size_bytes: int
    rows: int
    read_as: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one attempt landed of one stream. ``streams`` names all that the attempt must hold to be whole.

    ``since`` (UTC ISO) is the night's window, ``None`` for a first load, and ``read_from_on`` the first Paris day that
    was asked for (``EARLIEST`` where all of them were). ``received`` counts before any filter.
    ``listings`` maps how each file that was read had been listed (a keyed digest) to its SHA-256.
    """

    source: str
    stream: str
    night: str
    attempt: int
    streams: list[str]
    since: str | None
    read_from_on: str | None = None  # of nights that landed before it was kept
    received: int
    pages: int
    bytes: int
    announced: int | None
    publisher_updated_at: str | None
    added_fields: list[str]
    removed_fields: list[str]
    sha256: str
    landed_at: str
    code_version: str
    redactor_version: str
    key_fingerprint: str
    files: list[LandedFile] = []
    listings: dict[str, str] = {}


def now_text() -> str:
    """Current instant, UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def night_dir(settings: Settings, room: str, source: str, night: str, stream: str | None = None) -> Path:
    """Folder of a night in a room of the lake (``landing``, ``verdicts``, …)."""
    base = settings.lake_dir / room / source
    return (base / stream if stream else base) / f"night={night}"


def data_path(settings: Settings, source: str, stream: str, night: str, attempt: int) -> Path:
    """Landed lines of one attempt."""
    return night_dir(settings, "landing", source, night, stream) / f"{attempt:04d}.ndjson.zst"


def manifest_path(settings: Settings, source: str, stream: str, night: str, attempt: int) -> Path:
    """Manifest of one attempt."""
    return night_dir(settings, "landing", source, night, stream) / f"{attempt:04d}.manifest.json"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a small file so that it exists whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


@contextmanager
def _locked(settings: Settings, source: str) -> Iterator[None]:
    """One landing at a time per source, across processes."""
    lock = settings.lake_dir / "landing" / source / ".lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Attempt:
    """An attempt being written: data files first, all manifests at the end."""

    def __init__(self, settings: Settings, source: str, night: str, number: int) -> None:
        self.number = number
        self._settings = settings
        self._source = source
        self._night = night

    def write(self, stream: str, lines: Iterable[dict[str, Any]]) -> str:
        """Write the lines of one stream and return the SHA-256 of the file; nothing stays if ``lines`` raises."""
        path = data_path(self._settings, self._source, stream, self._night, self.number)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        encode, remaining = msgspec.json.Encoder().encode_lines, iter(lines)
        try:
            with partial.open("wb") as file:
                with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as out:
                    while some := list(islice(remaining, LINES_TOGETHER)):
                        out.write(encode(some))
                file.flush()
                os.fsync(file.fileno())
            digest = file_digest(partial)
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return digest

    def commit(self, manifests: list[Manifest]) -> None:
        """Make the attempt exist for readers."""
        for manifest in manifests:
            path = manifest_path(self._settings, self._source, manifest.stream, self._night, self.number)
            write_atomically(path, msgspec.json.format(msgspec.json.encode(manifest)))


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def new_attempt(settings: Settings, source: str, night: str, streams: list[str]) -> Iterator[Attempt]:
    """Open the next attempt of a source's night. An attempt that is not committed is swept by the next one."""
    with _locked(settings, source):
        committed = [number for stream in streams for number in stream_attempts(settings, source, stream, night)]
        number = max(committed, default=0) + 1
        for stream in streams:
            folder = night_dir(settings, "landing", source, night, stream)
            for leftover in [*folder.glob("*.partial"), *folder.glob(".*.partial"), *folder.glob(f"{number:04d}.*")]:
                leftover.unlink(missing_ok=True)
        yield Attempt(settings, source, night, number)


def stream_attempts(settings: Settings, source: str, stream: str, night: str) -> list[int]:
    """Numbers of the attempts that hold a stream, oldest first."""
    folder = night_dir(settings, "landing", source, night, stream)
    return sorted(int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9].manifest.json"))


def read_manifest(settings: Settings, source: str, stream: str, night: str, attempt: int) -> Manifest:
    """Read one manifest.

    Raises:
        LakeError: it is missing or is not a manifest.
    """
    path = manifest_path(settings, source, stream, night, attempt)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise LakeError(f"{path} cannot be read ({error}). Restore it from a backup or refetch the night.") from error


def attempts(settings: Settings, source: str, night: str) -> list[int]:
    """Numbers of the whole attempts of a source's night, oldest first."""
    base = settings.lake_dir / "landing" / source
    streams = [path.name for path in base.iterdir() if path.is_dir()] if base.exists() else []
    whole = []
    for number in sorted({n for stream in streams for n in stream_attempts(settings, source, stream, night)}):
        having = {stream for stream in streams if manifest_path(settings, source, stream, night, number).exists()}
        first = read_manifest(settings, source, min(having), night, number)
        if having >= set(first.streams):
            whole.append(number)
    return whole


def attempt_streams(settings: Settings, source: str, night: str, attempt: int) -> list[str]:
    """Streams that an attempt holds."""
    base = settings.lake_dir / "landing" / source
    return sorted(
        path.name
        for path in base.iterdir()
        if path.is_dir() and manifest_path(settings, source, path.name, night, attempt).exists()
    )


def landed_nights(settings: Settings, source: str, stream: str | None = None) -> list[str]:
    """Nights of which something was landed for the source (or for one of its streams), in order."""
    base = settings.lake_dir / "landing" / source
    folders = [path for path in ([base / stream] if stream else base.glob("*")) if path.is_dir()]
    return sorted({name.removeprefix("night=") for folder in folders for name in _names(folder)})


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def checked_data(settings: Settings, manifest: Manifest) -> Path:
    """Path of the landed lines, after checking them against their manifest.

    Raises:
        LakeError: the file is missing or is not the one that was landed.
    """
    path = data_path(settings, manifest.source, manifest.stream, manifest.night, manifest.attempt)
    if not path.exists() or file_digest(path) != manifest.sha256:
        raise LakeError(
            f"{path} is missing or differs from its manifest. Restore it from a backup, or run "
            f"`comptoir night {manifest.night} --source {manifest.source} --refetch`."
        )
    return path
