"""What every connector receives and yields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.connectors.http import PublisherClient
from comptoir.inventory.schema import Source, SourceStream, Stream
from comptoir.settings import Config

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Malformed:
    """An item that could not be parsed; its body must not be kept."""

    body: bytes
    error: str


@dataclass(frozen=True)
class FileNote:
    """A file that was read whole: its name (redacted), what it holds, and how it was understood."""

    name: str
    sha256: str
    size_bytes: int
    rows: int
    read_as: str


@dataclass(frozen=True)
class Page:
    """Some records as the publisher gave them (plus fields derived from them), and what had been asked.

    ``announced`` is the publisher's own count for the whole request, where it gives one. ``file`` comes with the
    last page of a file.
    """

    records: Sequence[Mapping[str, Any] | Malformed]
    context: Mapping[str, Any]
    size_bytes: int
    announced: int | None = None
    updated_at: str | None = None
    file: FileNote | None = None


@dataclass(frozen=True)
class Request:
    """One stream of one source to fetch for one night.

    ``since`` (UTC) is how far back the night asks again, ``None`` on the first load, which asks for everything.
    ``known_files`` are the SHA-256 of the files that other nights loaded into the stream. ``base_url`` is where the
    source is asked, for what is not HTTP (a folder of files).
    """

    source: Source
    stream: Stream
    own: SourceStream
    night: dt.date
    since: dt.datetime | None
    config: Config
    client: PublisherClient = field(repr=False)
    base_url: str
    known_files: frozenset[str] = frozenset()


Fetch = Callable[[Request], Iterator[Page]]


def night_start(night: dt.date) -> dt.datetime:
    """First instant (UTC) of the Europe/Paris day called ``night``."""
    return dt.datetime.combine(night, dt.time(), PARIS).astimezone(dt.UTC)
