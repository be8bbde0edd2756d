"""What the tests of Meta's two families share: one stream of one night, and what was asked for it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from comptoir.config.file import load_config
from comptoir.connectors.runner import StreamFetch, open_fetches
from comptoir.inventory.schema import Inventory, load_inventory

NIGHT = "2026-10-10"


@dataclass
class Meta:
    """Reads the simulated Instagram and Facebook, one stream at a time."""

    settings: Any
    log: pytest.LogCaptureFixture
    app: Any

    def publisher(self, source: str) -> Any:
        """The simulated publisher; what a test switches on it is switched off afterwards."""
        return self.app.state.world.publishers[source]

    def opened(self, source: str, stream: str, night: str = NIGHT, *, first=False, options=None, config=None):
        """The fetch of one stream; ``first``: as on its first load; ``options`` go over the source's own."""
        fetches = open_fetches(
            source,
            night,
            inventory=_with_options(source, stream, options) if options else load_inventory(),
            config=config or load_config(self.settings),
            settings=self.settings,
            key=b"a key",
            first_load=frozenset({stream} if first else ()),
        )
        return next(fetch for fetch in fetches if fetch.stream.name == stream)

    def records(self, source: str, stream: str, night: str = NIGHT, **how: Any) -> list[dict[str, Any]]:
        """The projected records of one stream of one night; what could not be parsed stands under ``x``."""
        return lines(self.opened(source, stream, night, **how))

    def asked(self) -> list[str]:
        """Every path and query that was asked since the last call, in order."""
        found = re.findall(r'"GET (\S+) HTTP', "\n".join(record.getMessage() for record in self.log.records))
        self.log.clear()
        return found


def lines(fetch: StreamFetch) -> list[dict[str, Any]]:
    return [line["r"] if "r" in line else {"x": line["x"]} for line in fetch.lines()]


def _with_options(source_id: str, stream: str, options: dict[str, str]) -> Inventory:
    inventory = load_inventory()
    source = inventory.sources[source_id]
    own = source.streams[stream]
    changed = own.model_copy(update={"options": {**own.options, **options}})
    source = source.model_copy(update={"streams": {**source.streams, stream: changed}})
    return inventory.model_copy(update={"sources": {**inventory.sources, source_id: source}})


@pytest.fixture
def meta(publishers, settings, caplog):
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    yield Meta(settings, caplog, publishers.app)
    for source in ("instagram", "facebook"):
        publisher = publishers.app.state.world.publishers[source]
        publisher.throttle_status, publisher.most_rows, publisher.forbidden = 400, 100, frozenset()


@pytest.fixture
def query_of():
    """The query of an asked address, each name with its first value."""
    return lambda address: {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
