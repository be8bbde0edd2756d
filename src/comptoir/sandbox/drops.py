"""A drop over HTTP: ``/index.json`` lists the files, ``/files/{name}`` sends one, written as its office does."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal, Protocol
from urllib.parse import unquote

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, untouched
from comptoir.sandbox.clock import Clock

BUSY = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Layout:
    """How an office writes its files: bytes, separator, line end, and what stands above and below the table.

    Machines put every cell between quotation marks (``quoted``) and no header (``headed`` is false).
    """

    encoding: str = "cp1252"
    delimiter: str = ";"
    line_end: str = "\r\n"
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    quoted: bool = False
    headed: bool = True


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
    buffer = io.StringIO()
    buffer.writelines(line + layout.line_end for line in layout.above)
    quoting: Literal[0, 1] = csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=layout.delimiter, lineterminator=layout.line_end, quoting=quoting)
    if layout.headed:
        writer.writerow(columns)
    writer.writerows([["" if row.get(name) is None else row[name] for name in columns] for row in rows])
    buffer.writelines(line + layout.line_end for line in layout.below)
    return buffer.getvalue().encode(layout.encoding, "replace")
