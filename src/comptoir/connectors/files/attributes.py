"""Attributes of territories: long files (an attribute a line) and wide ones (an attribute a column) become long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from comptoir.connectors.base import Page, Request
from comptoir.connectors.files import drop
from comptoir.connectors.files.grid import FileRefused, plain_name
from comptoir.connectors.files.values import flag, number

DIALECT = drop.DIALECT
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def fetch(request: Request) -> Iterator[Page]:
    """One record per commune, attribute and year.

    Option ``wide``: the columns that are attributes, separated by ``|``, each as ``attribute_code = sender's column``.
    A year that stands in no column is the one in the file's name.

    Raises:
        PublisherError: as ``drop.fetch``.
    """
    wide = {}
    for part in filter(None, request.own.options.get("wide", "").split("|")):
        code, _, column = part.partition("=")
        wide[plain_name(column or code)] = code.strip()
    return drop.read_files(request, lambda row: shape(row, wide))


def shape(row: drop.Record, wide: dict[str, str]) -> list[drop.Record]:
    """Records of one line, with the value also as a number or a yes/no where it is one.

    Raises:
        FileRefused: the file lacks a column that is to become an attribute.
    """
    if row.get("year") is None and (found := re.search(r"(?<!\d)(19|20)\d{2}(?!\d)", row["file_name"])):
        row["year"] = found.group()
    if not wide:
        return [_valued(row, row.get("value"))]
    if absent := wide.keys() - row.keys():
        raise FileRefused(f"these columns (option 'wide') are not in it: {', '.join(sorted(absent))}")
    common = {name: value for name, value in row.items() if name not in wide}
    return [_valued({**common, "attribute_code": code}, row[column]) for column, code in wide.items()]


def _valued(row: drop.Record, value: str | None) -> drop.Record:
    """``value`` as published; ``value_number`` and ``value_flag`` where it reads as such, 0 and 1 as numbers only."""
    text = (value or "").strip() or None
    as_number = number(text) if text else ""
    as_flag = flag(text) if text and not _NUMBER.fullmatch(as_number) else None
    return {
        **row,
        "value": text,
        "value_number": as_number if _NUMBER.fullmatch(as_number) else None,
        "value_flag": as_flag if isinstance(as_flag, bool) else None,
    }
