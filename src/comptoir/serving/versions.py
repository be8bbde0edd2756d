"""Versions on disk, the pointer that readers follow, and what was published when."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from comptoir.serving.contract import FILES, File
from comptoir.settings import ComptoirError, Settings

KEPT_VERSIONS = 14
KEPT_REJECTED = 3
REJECTED = "rejected-"
POINTER = "current"
READER_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
}


@dataclass(frozen=True)
class Version:
    """A kept version; ``is_current`` when readers see it."""

    version_id: str
    night: dt.date
    published_at: dt.datetime
    is_demo: bool
    banner_fr: str | None
    content_sha256: str
    is_current: bool


def versions_dir(settings: Settings) -> Path:
    """Where versions are, newest last in the order of their names."""
    return settings.serving_dir / "versions"


def version_ids(settings: Settings) -> list[str]:
    """Names of the versions that passed the gate, oldest first."""
    folder = versions_dir(settings)
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", REJECTED)))


def current_dir(settings: Settings) -> Path | None:
    """The directory of the version that readers see, or None before the first publication."""
    pointer = settings.serving_dir / POINTER
    return pointer.resolve() if pointer.exists() else None


def open_served(
    settings: Settings, which: File = "comptoir", *, version_dir: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a served file as every reader must: read-only, no access to the disk or network, settings locked.

    The pointer is followed once: what the connection sees is one version, whole, for as long as it lives. To read both
    files of one version, pass the same ``version_dir`` (from ``current_dir``) twice.

    Raises:
        ComptoirError: nothing is published yet.
    """
    folder = version_dir or current_dir(settings)
    if folder is None:
        raise ComptoirError(
            f"Nothing is published under {settings.serving_dir}. Run `comptoir night` for a night first."
        )
    return duckdb.connect(str(folder / f"{which}.duckdb"), read_only=True, config=READER_CONFIG)


def read_version(settings: Settings, version_id: str) -> Version:
    """What a kept version says of itself.

    Raises:
        ComptoirError: there is no such version, or it is not whole; lists those that are kept.
    """
    folder = versions_dir(settings) / version_id
    kept = version_ids(settings)
    files = [folder / f"{file}.duckdb" for file in FILES]
    if version_id not in kept or not all(file.is_file() for file in files):
        raise ComptoirError(f"There is no whole version '{version_id}'. Kept are: {', '.join(kept) or 'none'}.")
    current = current_dir(settings)
    return read_publication(folder, is_current=current is not None and current.name == version_id)


def read_publication(folder: Path, *, is_current: bool = False) -> Version:
    """The publication row of a version's directory, whether it is already named as a version or not."""
    with duckdb.connect(str(folder / "comptoir.duckdb"), read_only=True, config=READER_CONFIG) as connection:
        row = connection.execute(
            "select version_id, night, published_at, is_demo, banner_fr, content_sha256 from publication"
        ).fetchone()
    if row is None:
        raise ComptoirError(f"{folder} says nothing of its publication. Delete this directory and publish again.")
    version_id, night, published_at, is_demo, banner_fr, content_sha256 = row
    return Version(version_id, night, published_at, is_demo, banner_fr, content_sha256, is_current)


def list_versions(settings: Settings) -> list[Version]:
    """Kept versions, newest first."""
    return [read_version(settings, version_id) for version_id in reversed(version_ids(settings))]


def rollback(settings: Settings, to: str | None = None) -> Version:
    """Point readers to the version ``to``, or to the one before the current, at once.

    Raises:
        ComptoirError: there is no such version, none before, or a publication is going on.
    """
    with publishing_lock(settings):
        current = current_dir(settings)
        if to is None:
            before = [version_id for version_id in version_ids(settings) if current and version_id < current.name]
            if not before:
                raise ComptoirError(
                    f"There is no version to go back to before {current.name if current else 'the first'}."
                )
            to = before[-1]
        read_version(settings, to)
        point_to(settings, to)
        append_event(settings, "rolled_back", version_id=to, previous=current.name if current else None)
        return read_version(settings, to)


@contextmanager
def publishing_lock(settings: Settings) -> Iterator[None]:
    """One publisher at a time; the system frees the lock of a process that was killed.

    Raises:
        ComptoirError: another process publishes or rolls back.
    """
    settings.serving_dir.mkdir(parents=True, exist_ok=True)
    with (settings.serving_dir / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ComptoirError(
                f"Another process is publishing to {settings.serving_dir}. Wait for it to end, then try again."
            ) from error
        yield


def point_to(settings: Settings, version_id: str) -> None:
    """Move the pointer in one step: readers find the old version or the new one, never none."""
    fresh = settings.serving_dir / f".{POINTER}-new"
    fresh.unlink(missing_ok=True)
    # Relative, so that the serving directory can be mounted elsewhere.
    fresh.symlink_to(Path("versions") / version_id, target_is_directory=True)
    fresh.replace(settings.serving_dir / POINTER)
    sync(settings.serving_dir)


def sweep(settings: Settings) -> None:
    """Remove what a killed publisher left: half-built versions, and the pointer's draft."""
    (settings.serving_dir / f".{POINTER}-new").unlink(missing_ok=True)
    for leftover in versions_dir(settings).glob(".building-*"):
        shutil.rmtree(leftover)


def prune(settings: Settings) -> None:
    """Keep the last versions and the last rejected ones; never delete the current one."""
    current = current_dir(settings)
    for version_id in version_ids(settings)[:-KEPT_VERSIONS]:
        if current is None or version_id != current.name:
            shutil.rmtree(versions_dir(settings) / version_id)
    for rejected in sorted(versions_dir(settings).glob(f"{REJECTED}*"))[:-KEPT_REJECTED]:
        shutil.rmtree(rejected)


def sync(path: Path) -> None:
    """Make a file's content, or a directory's entries, outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append_event(settings: Settings, event: str, **what: Any) -> None:
    """Append one line to ``publications.jsonl``, in a single write."""
    line = json.dumps({"event": event, "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), **what})
    path = settings.serving_dir / "publications.jsonl"
    torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, (("\n" if torn else "") + line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_events(settings: Settings) -> list[dict[str, Any]]:
    """Publications, rejections and rollbacks, oldest first; a line torn by a power cut is passed over."""
    path = settings.serving_dir / "publications.jsonl"
    events: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            events.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return events
