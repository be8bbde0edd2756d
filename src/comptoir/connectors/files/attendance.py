"""Attendance of museums and sites: files whose periods are years for some senders and months or days for others."""

from __future__ import annotations

from collections.abc import Iterator

from comptoir.connectors.base import Page, Request
from comptoir.connectors.files import drop
from comptoir.connectors.files.periods import period

DIALECT = drop.DIALECT


def fetch(request: Request) -> Iterator[Page]:
    """One record per line: the period gets a code, a grain, a first day and a last month.

    Raises:
        PublisherError: as ``drop.fetch``.
    """
    return drop.read_files(request, shape)


def shape(row: drop.Record) -> drop.Record:
    """Add ``period_grain``, ``period_starts_on`` and ``last_month``; an unknown period is left for the contract."""
    known = period(row.get("period") or "")
    if known is None:
        return row
    return {
        **row,
        "period": known.code,
        "period_grain": known.grain,
        "period_starts_on": known.starts_on.isoformat(),
        "last_month": known.last_month,
    }
