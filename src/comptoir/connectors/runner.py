"""Fetch a source's streams and project them: nothing leaves this room with an identity in it."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from comptoir.config.file import Config
from comptoir.connectors.base import Fetch, FileNote, KnownFiles, LoadedFiles, Malformed, Request, night_start
from comptoir.connectors.dialect import Dialect
from comptoir.connectors.http import PublisherClient
from comptoir.inventory.schema import Inventory, Source
from comptoir.privacy.projection import Projector, fields_removed
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.settings import Settings


@dataclass
class FetchSummary:
    """What a fetch met, for the manifest. ``received`` is counted before any filter."""

    received: int = 0
    pages: int = 0
    size_bytes: int = 0
    announced: int | None = None
    publisher_updated_at: str | None = None
    added_fields: list[str] = field(default_factory=list)
    removed_fields: list[str] = field(default_factory=list)
    files: list[FileNote] = field(default_factory=list)
    listings: dict[str, str] = field(default_factory=dict)


def base_url(settings: Settings, config: Config, inventory: Inventory, source_id: str, night: str) -> str:
    """Where the source is asked: a simulated world when a template is set, else comptoir.yml, else the inventory."""
    if settings.endpoint_template:
        return settings.endpoint_template.format(night=night, source=source_id)
    return config.base_urls.get(source_id, inventory.source(source_id).base_url)


def dialect_of(module: ModuleType, source: Source) -> Dialect:
    """How the source lets in and refuses: the connector's ``DIALECT``, or what its ``dialect`` makes of the options."""
    made: Dialect = module.dialect(source.options) if hasattr(module, "dialect") else module.DIALECT
    return made


class StreamFetch:
    """One stream of one source for one night, ready to be read once through ``lines``."""

    def __init__(self, request: Request, connector: Fetch, pseudonymiser: Pseudonymiser) -> None:
        self.stream = request.stream
        self.since = request.since
        self.read_from_on = request.read_from_on
        self.summary = FetchSummary()
        self._request = request
        self._connector = connector
        self._pseudonymiser = pseudonymiser

    def lines(self) -> Iterator[dict[str, Any]]:
        """Landing lines ``{p: page, s: sequence, r: record}``; ``x`` (digest, length, error) for what cannot be parsed.

        Raises:
            PublisherError: the publisher failed; what was read so far must be thrown away.
        """
        summary = self.summary
        projector = Projector(self.stream, self._pseudonymiser, self._request.own.constants)
        for page in self._connector(self._request):
            summary.pages += 1
            summary.size_bytes += page.size_bytes
            summary.publisher_updated_at = page.updated_at or summary.publisher_updated_at
            if page.file is not None:
                summary.files.append(page.file)
            if page.announced is not None:
                summary.announced = (summary.announced or 0) + page.announced
            for item in page.records:
                summary.received += 1
                line: dict[str, Any] = {"p": summary.pages, "s": summary.received}
                if isinstance(item, Malformed):
                    line["x"] = {
                        "digest": self._pseudonymiser.digest(item.body),
                        "length": len(item.body),
                        "error": item.error,
                    }
                else:
                    line["r"] = projector.project(item, page.context)
                yield line
        summary.listings = self._request.known_files.listings
        presence = projector.presence
        summary.added_fields = sorted(f"{name}: {kind}" for name, kind in presence.added.items())
        summary.removed_fields = fields_removed(self.stream, presence)


def open_fetches(
    source_id: str,
    night: str,
    *,
    inventory: Inventory,
    config: Config,
    settings: Settings,
    key: bytes,
    first_load: frozenset[str],
    loaded_files: Mapping[str, LoadedFiles] | None = None,
) -> list[StreamFetch]:
    """One ``StreamFetch`` per stream of the source; streams named in ``first_load`` ask for everything.

    ``loaded_files``: by stream, what the lake knows of the files that other nights loaded.
    """
    source = inventory.source(source_id)
    day = dt.date.fromisoformat(night)
    module = importlib.import_module(inventory.families[source.family].connector)
    connector: Fetch = module.fetch
    address = base_url(settings, config, inventory, source_id, night)
    client = PublisherClient(source, address, settings, dialect_of(module, source))
    pseudonymiser = Pseudonymiser(key)
    fetches = []
    for name, own in source.streams.items():
        stream = inventory.stream(source_id, name)
        since = None if name in first_load else night_start(day - dt.timedelta(days=stream.window_days(day)))
        known = KnownFiles((loaded_files or {}).get(name), pseudonymiser.digest)
        request = Request(source, stream, own, day, since, config, client, address, known)
        fetches.append(StreamFetch(request, connector, pseudonymiser))
    return fetches
