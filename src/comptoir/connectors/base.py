"""What every connector receives and yields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from comptoir.config.file import Config
from comptoir.connectors.http import PublisherClient
from comptoir.inventory.schema import Source, SourceStream, Stream

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


class LoadedFiles(Protocol):
    """What the lake knows of a stream's files: what other nights loaded, and the SHA-256 behind each listing."""

    listed: Mapping[str, str]

    def __contains__(self, sha256: object, /) -> bool:
        """Tell whether another night loaded these bytes."""
        ...


class KnownFiles:
    """Files that a night need not load, by their bytes, or by how they are listed so that they are not even read.

    ``listings`` gathers what this night learns: how a file that it read was listed, and its SHA-256. A listing holds
    a file's name: it is known by a keyed digest only.
    """

    def __init__(self, loaded: LoadedFiles | None = None, digest: Callable[[bytes], str] | None = None) -> None:
        self._loaded = loaded
        self._digest = digest
        self.listings: dict[str, str] = {}

    def __contains__(self, sha256: object) -> bool:
        return self._loaded is not None and sha256 in self._loaded

    def listed(self, listing: str | None) -> str | None:
        """The SHA-256 of a file listed so, if it was read before."""
        if listing is None or self._loaded is None or self._digest is None:
            return None
        return self._loaded.listed.get(self._digest(listing.encode()))

    def learn(self, listing: str | None, sha256: str) -> None:
        """Remember the SHA-256 of a file that was listed so and read."""
        if listing is not None and self._digest is not None:
            self.listings[self._digest(listing.encode())] = sha256


@dataclass(frozen=True)
class Request:
    """One stream of one source to fetch for one night.

    ``since`` (UTC) is how far back the night asks again, ``None`` on the first load, which asks for everything.
    ``known_files`` are those that other nights loaded into the stream. ``base_url`` is where the source is asked, for
    what is not HTTP (a folder of files).
    """

    source: Source
    stream: Stream
    own: SourceStream
    night: dt.date
    since: dt.datetime | None
    config: Config
    client: PublisherClient = field(repr=False)
    base_url: str
    known_files: KnownFiles = field(default_factory=KnownFiles)

    @property
    def reads_from(self) -> dt.datetime | None:
        """How far back the stream asks (UTC): its window, or ``first_load_days`` the first time. ``None``: everything.

        The option is there where a first load of everything would cost too many calls.
        """
        days = self.own.options.get("first_load_days")
        if self.since or days is None:
            return self.since
        return night_start(self.night - dt.timedelta(days=int(days)))

    @property
    def read_from_on(self) -> dt.date | None:
        """The Paris day of ``reads_from``."""
        return self.reads_from.astimezone(PARIS).date() if self.reads_from else None


Fetch = Callable[[Request], Iterator[Page]]


def night_start(night: dt.date) -> dt.datetime:
    """First instant (UTC) of the Europe/Paris day called ``night``."""
    return dt.datetime.combine(night, dt.time(), PARIS).astimezone(dt.UTC)
