"""What every kind of file becomes first: lines of cells, before anybody says which of them is the header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from comptoir.settings import ComptoirError

SEARCHED_LINES = 50


class FileRefused(ComptoirError):
    """A file that cannot be understood, and is not loaded at all.

    The message is for the clerk who sent it: the line, the reason, what to do. It never holds a cell's content.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}" if line else reason)


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file where guessing is not wanted (options of the same names in the source's YAML).

    ``header_row``: the line of the header, counted from 1 (``"2-3"``: a header on two lines; ``"0"``: none, the
    columns are those of ``columns``, separated by commas). ``sheet``: a name, or a number from 1.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: str | None = None
    sheet: str | None = None
    columns: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, str]) -> ReadOptions:
        """Take the reader's own options out of a source's."""
        names = ("encoding", "delimiter", "header_row", "sheet", "columns")
        delimiter = {"tab": "\t", "\\t": "\t"}.get(options.get("delimiter", ""), options.get("delimiter"))
        return cls(**{**{name: options.get(name) for name in names}, "delimiter": delimiter})


@dataclass(frozen=True)
class Line:
    """A line of cells; ``number`` is where it stands in the file (or sheet), counted from 1.

    ``damaged``: bytes in it that are not text in the file's encoding.
    """

    number: int
    cells: list[str]
    damaged: bool = False

    @property
    def filled(self) -> int:
        """Number of cells that hold something."""
        return sum(1 for cell in self.cells if cell.strip())


@dataclass
class Grid:
    """Lines of a file, and how they were understood.

    ``lines`` may be gone through more than once; those of a text are read from the file's bytes each time.
    ``spans``: by line number, the (first, last) columns of cells merged across, which only spreadsheets tell.
    ``is_padded``: every line has all columns, so that an absent cell cannot be told from an empty one.
    """

    lines: Iterable[Line]
    read_as: list[str]
    is_padded: bool = False
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def plain_name(header: str) -> str:
    """A column's name as the inventory writes it: ``N° d'INSEE (commune)`` is ``n_d_insee_commune``."""
    text = unicodedata.normalize("NFKD", header.replace("\ufeff", "").casefold().replace("œ", "oe").replace("°", " "))
    letters = "".join(character for character in text if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def expected_names(cells: Iterable[str], expected: AbstractSet[str]) -> int:
    """How many of the expected column names stand in a line."""
    return len({plain_name(cell) for cell in cells} & expected)


def find_expected(lines: Sequence[Line], expected: AbstractSet[str]) -> int | None:
    """Position of the line that names most of the expected columns (two at least), among the first lines."""
    best, position = 1, None
    for at, line in enumerate(lines):
        if (names := expected_names(line.cells, expected)) > best:
            best, position = names, at
    return position
