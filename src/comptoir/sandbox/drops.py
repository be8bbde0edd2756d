"""A drop over HTTP: ``/index.json`` lists the files, ``/files/{name}`` sends one, written as its office does."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import ClassVar, Literal, Protocol
from urllib.parse import unquote

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, untouched
from comptoir.sandbox.clock import Clock

NUMBER = re.compile(r"[1-9]\d{0,2}(\u00a0\d{3})+(,\d+)?|0|[1-9]\d*(,\d+)?")
BUSY = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Layout:
    """How an office writes its files: bytes, separator, line end, and what stands above and below the table.

    Machines put every cell between quotation marks (``quoted``) and no header (``headed`` is false). A ``workbook`` is
    XLSX; ``groups`` (column, group, name under it) are headed by a cell merged over the columns of the group.
    """

    encoding: str = "cp1252"
    delimiter: str = ";"
    line_end: str = "\r\n"
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    quoted: bool = False
    headed: bool = True
    workbook: bool = False
    groups: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class DroppedFile:
    """A file as it lies in the drop; ``version`` tells apart what was sent under the same name.

    ``rows`` gives its rows as the cells that the office writes, by column.
    """

    name: str
    version: str
    modified_at: dt.datetime
    layout: Layout
    rows: Callable[[], Sequence[Record]]


class Drop(Protocol):
    """What stands behind the protocol; ``kind`` names its records for the faults."""

    kind: str
    first_night: dt.date

    def files(self, clock: Clock) -> list[DroppedFile]:
        """Return the files that lie there at a clock."""
        ...


def _kind(
    keys: tuple[str, ...], dates: tuple[str, ...], numbers: tuple[str, ...], texts: tuple[str, ...], removed: str
) -> RecordKind:
    return RecordKind(keys=keys, dates=dates, numbers=numbers, texts=texts, removed=(removed,), streamed=True)


class FileDrop(Publisher):
    """The protocol over a drop: a plain web server in front of a folder."""

    family = "drops"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "attendance": _kind(
            ("ID site", "Mois"), ("Mois",), ("Entrées payantes", "Total entrées"), ("Nom du site",), "Total entrées"
        ),
        "accommodation": _kind(
            ("DATE DE CLASSEMENT",),
            ("DATE DE CLASSEMENT",),
            ("CAPACITÉ D'ACCUEIL (PERSONNES)",),
            ("COMMUNE",),
            "CAPACITÉ D'ACCUEIL (PERSONNES)",
        ),
        "tourist_tax": _kind(
            ("Code INSEE", "Mois de séjour"),
            ("Date de versement",),
            ("Nuitées taxées", "Montant perçu"),
            ("Commune", "Collecteur"),
            "Nuitées taxées",
        ),
        "mobile_flows": _kind(("Zone", "Date"), ("Date",), ("Présences", "Nuitées"), ("Nom zone",), "Présences"),
        "office_visits": _kind(("Code OT", "Date"), ("Date",), ("Demandes",), ("Office de tourisme",), "Demandes"),
        "territory_attributes": _kind(("Code INSEE",), (), ("Code INSEE",), ("Commune",), "Code INSEE"),
    }

    def __init__(self, drop: Drop, *, token: str | None = None) -> None:
        self.drop = drop
        self.token = token
        self.first_night = drop.first_night
        self._plain = lru_cache(maxsize=64)(_plain)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 503, as nginx does when too much is asked."""
        return Answer(chunks=[BUSY], status=503, media_type="text/html")

    def answer(self, ask: Ask) -> Answer:
        """Answer the index or a file."""
        if self.token and ask.bearer != self.token:
            return self.error(401, "Unauthorized")
        files = {file.name: file for file in self.drop.files(ask.clock)}
        if ask.path == "/index.json":
            entries = [
                {
                    "name": file.name,
                    "size": len(self._bytes(file, ask)),
                    "modified_at": file.modified_at.isoformat(timespec="seconds"),
                }
                for file in files.values()
            ]
            return Answer(entries)
        file_asked = files.get(unquote(ask.path.removeprefix("/files/")))
        if file_asked is None:
            return self.error(404, "Not Found")
        return Answer(chunks=[self._bytes(file_asked, ask)], media_type="application/octet-stream")

    def _bytes(self, file: DroppedFile, ask: Ask) -> bytes:
        if ask.touch is untouched:
            return self._plain(_Same(file))
        return write(list(ask.touch(self.drop.kind, list(file.rows()))), file.layout)


@dataclass(frozen=True)
class _Same:
    """A file by name and version, so that its bytes are written once."""

    file: DroppedFile

    def __hash__(self) -> int:
        return hash((self.file.name, self.file.version))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and (self.file.name, self.file.version) == (other.file.name, other.file.version)


def _plain(same: _Same) -> bytes:
    return write(list(same.file.rows()), same.file.layout)


def write(rows: Sequence[Record], layout: Layout) -> bytes:
    """Write a table as its office does; its columns are those of the first row."""
    columns = list(rows[0]) if rows else []
    if layout.workbook:
        return write_workbook(rows, columns, layout)
    buffer = io.StringIO()
    buffer.writelines(line + layout.line_end for line in layout.above)
    quoting: Literal[0, 1] = csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=layout.delimiter, lineterminator=layout.line_end, quoting=quoting)
    if layout.headed:
        writer.writerow(columns)
    writer.writerows([["" if row.get(name) is None else row[name] for name in columns] for row in rows])
    buffer.writelines(line + layout.line_end for line in layout.below)
    return buffer.getvalue().encode(layout.encoding, "replace")


def write_workbook(rows: Sequence[Record], columns: Sequence[str], layout: Layout) -> bytes:
    """Write a sheet: what stands above across all columns, a header on two lines, numbers as numbers."""
    buffer = io.BytesIO()
    # A date of its own in its properties would make the same file other bytes.
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2025, 1, 1)})
        sheet, bold = book.add_worksheet("Données"), book.add_format({"bold": True, "align": "center"})
        last = len(columns) - 1
        for line, text in enumerate(layout.above):
            sheet.merge_range(line, 0, line, last, text.rstrip(layout.delimiter), bold)
        top = len(layout.above)
        grouped = {column: (group, name) for column, group, name in layout.groups}
        heads = [grouped.get(column, (column, "")) for column in columns]
        for group, cells in groupby(enumerate(heads), key=lambda cell: cell[1][0]):
            under = list(cells)
            first, end = under[0][0], under[-1][0]
            if end > first:
                sheet.merge_range(top, first, top, end, group, bold)
            else:
                sheet.write_string(top, first, group, bold)
            for at, (_, name) in under:
                sheet.write_string(top + 1, at, name, bold)
        for line, row in enumerate(rows, top + 2):
            for at, column in enumerate(columns):
                _write_cell(sheet, line, at, row.get(column))
        for line, text in enumerate(layout.below, top + 2 + len(rows)):
            sheet.write_string(line, 0, text.rstrip(layout.delimiter))
    return buffer.getvalue()


def _write_cell(sheet: Worksheet, line: int, at: int, value: object) -> None:
    text = "" if value is None else str(value)
    if NUMBER.fullmatch(text):
        sheet.write_number(line, at, float(text.replace("\u00a0", "").replace(",", ".")))
    elif text:
        sheet.write_string(line, at, text)
