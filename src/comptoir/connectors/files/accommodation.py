"""Classified accommodation: registers that give establishments no identifier of their own."""

from __future__ import annotations

from collections.abc import Iterator

from comptoir.connectors.base import Page, Request
from comptoir.connectors.files import drop

DIALECT = drop.DIALECT
_IDENTITY = ("kind", "trade_name", "address_id", "postcode", "commune_name")


def fetch(request: Request) -> Iterator[Page]:
    """One record per establishment.

    Raises:
        PublisherError: as ``drop.fetch``.
    """
    return drop.read_files(request, shape)


def shape(row: drop.Record) -> drop.Record:
    """Add ``establishment``: the register's number, or else all that tells one establishment from another.

    It becomes a pseudonym before the disk: a name and an address may be those of a person.
    """
    parts = [row.get("register_number")] if row.get("register_number") else [row.get(name) for name in _IDENTITY]
    identity = "|".join(" ".join(part.split()) if isinstance(part, str) else "" for part in parts)
    return {**row, "establishment": identity if identity.strip("|") else None}
