"""``comptoir source check``: ask a publisher for real, write nothing."""

from __future__ import annotations

import datetime as dt

from comptoir.config.file import load_config
from comptoir.connectors.base import PARIS
from comptoir.connectors.runner import open_fetches
from comptoir.inventory.schema import load_inventory
from comptoir.privacy.keys import load_key
from comptoir.settings import get_settings


def check_source(source_id: str) -> list[tuple[str, int, int, str | None, str | None]]:
    """Fetch last night's window of each stream: name, records received, unfit values, added and missing fields.

    Raises:
        PublisherError: says what the publisher answered and what to do.
    """
    settings = get_settings()
    yesterday = (dt.datetime.now(PARIS).date() - dt.timedelta(days=1)).isoformat()
    rows = []
    for fetch in open_fetches(
        source_id,
        yesterday,
        inventory=load_inventory(),
        config=load_config(),
        settings=settings,
        key=load_key(settings),
        first_load=frozenset(),
    ):
        unfit = 0
        for line in fetch.lines():
            record = line.get("r") or {}
            unfit += sum(1 for value in record.values() if isinstance(value, dict) and "$unfit" in value)
            unfit += "x" in line
        summary = fetch.summary
        rows.append(
            (
                fetch.stream.name,
                summary.received,
                unfit,
                ", ".join(summary.added_fields) or None,
                ", ".join(summary.removed_fields) or None,
            )
        )
    return rows
