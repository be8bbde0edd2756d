"""Asking one stream of one source directly, page by page, over real HTTP."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Mapping
from typing import Any

from comptoir.config.file import Config, load_config
from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.http import PublisherClient
from comptoir.connectors.runner import base_url, dialect_of
from comptoir.inventory.options import with_defaults
from comptoir.inventory.schema import Inventory, Source, SourceStream, load_inventory
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.settings import Settings


class Asker:
    """One client of a source, as a night has one for all its streams."""

    def __init__(
        self, settings: Settings, source: str, night: str, config: Config | None = None, **options: str
    ) -> None:
        """``options``: what the source says for all its streams, over its family's defaults."""
        self.config = config or load_config(settings)
        self.inventory, self.source, self.night = corrected(source, **options), source, night
        found = self.inventory.source(source)
        self.module = importlib.import_module(self.inventory.families[found.family].connector)
        self.address = base_url(settings, self.config, self.inventory, source, night)
        self.client = PublisherClient(found, self.address, settings, dialect_of(self.module, found))

    def pages(self, stream: str, since: str = "", **options: str) -> list[Page]:
        own = self.inventory.source(self.source).streams[stream]
        given = with_defaults(self.inventory.stream(self.source, stream).options, {**own.options, **options})
        own = own.model_copy(update={"options": given})
        request = Request(
            source=self.inventory.source(self.source),
            stream=self.inventory.stream(self.source, stream),
            own=own,
            night=dt.date.fromisoformat(self.night),
            since=dt.datetime.fromisoformat(since + "T00:00:00+00:00") if since else None,
            config=self.config,
            client=self.client,
            base_url=self.address,
        )
        return list(self.module.fetch(request))

    def records(self, stream: str, since: str = "", **options: str) -> list[Mapping[str, Any]]:
        found = [record for page in self.pages(stream, since, **options) for record in page.records]
        assert not any(isinstance(record, Malformed) for record in found)
        return found


def corrected(source_id: str, stream: str | None = None, **options: str) -> Inventory:
    """The inventory with other options of a source, or of one of its streams."""
    inventory = load_inventory()
    source = inventory.source(source_id)
    changed: Source | SourceStream = source.streams[stream] if stream else source
    changed = changed.model_copy(update={"options": {**changed.options, **options}})
    if stream:
        changed = source.model_copy(update={"streams": {**source.streams, stream: changed}})
    return inventory.model_copy(update={"sources": {**inventory.sources, source_id: changed}})


def projected(family: str, stream: str, records: list[Mapping[str, Any]], context: dict[str, Any]) -> list[dict]:
    """What of records would be written; no value may have an unfit shape, no field be unknown to the contract."""
    contract = load_inventory().families[family].streams[stream]
    projector = Projector(contract, Pseudonymiser(b"fixed test key"))
    rows = [projector.project(record, context) for record in records]
    unfit = [
        (name, value) for row in rows for name, value in row.items() if isinstance(value, dict) and "$unfit" in value
    ]
    assert unfit == []
    assert projector.presence.added == {}
    missing = {name for row in rows for name, spec in contract.fields.items() if spec.required and row[name] is None}
    assert missing == set()
    return rows
