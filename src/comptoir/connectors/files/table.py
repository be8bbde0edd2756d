"""From the bytes of a file to a header and rows of text, or a refusal; no guess is made in silence.

What becomes of a line that does not fit the header:

* empty cells beyond the header are dropped (writers end lines with separators);
* when most lines hold a further cell, the header lacks a name: the surplus columns are called ``column 5``, …, at the
  end; at the front if the first cells count 0, 1, 2 (an exported row number);
* any other line with too many cells, or too few, is ``Malformed``: a missing cell is no empty cell, since an unquoted
  line break makes two such lines. Beyond one line in ten (or when no line is left) the file is refused whole;
* lines of prose above the header and below the last row (titles, sources, disclaimers) are notes, not rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from comptoir.connectors.base import Malformed
from comptoir.connectors.files.body import Body, Extent, is_repeated
from comptoir.connectors.files.content import Content
from comptoir.connectors.files.grid import FileRefused, Grid, Line, ReadOptions, plain_name
from comptoir.connectors.files.header import Header, find_header
from comptoir.connectors.files.text import read_text
from comptoir.connectors.files.workbook import is_workbook, read_workbook

MAX_UNFIT_SHARE = 0.1


@dataclass(frozen=True)
class Row:
    """A row by column name, or why it is none; ``line`` is where it starts in the file, counted from 1."""

    line: int
    values: Mapping[str, str] | Malformed


@dataclass(frozen=True)
class Rows:
    """Rows in order, made while they are gone through (as often as wanted); ``len`` tells how many there are."""

    grid: Grid
    header: Header
    columns: tuple[str, ...]
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Row]:
        under = (line for line in _under(self.grid, self.header) if not is_repeated(line, self.header.names))
        for line in islice(under, self.count):
            yield Row(line.number, _values(line, self.columns, self.grid.is_padded))


@dataclass(frozen=True)
class Table:
    """A file understood: its columns in order, its rows in order, and in words how it was read.

    ``is_typed``: numbers and dates were typed in the file (a spreadsheet), so that their text is not ambiguous.
    """

    columns: tuple[str, ...]
    rows: Rows
    read_as: str
    is_typed: bool


def read_table(data: bytes, options: ReadOptions | None = None, expected: AbstractSet[str] = frozenset()) -> Table:
    """Read a file of any usual kind: CSV, TSV, XLSX, XLS, ODS, plain or packed by gzip, bzip2 or xz.

    The kind is told by the content: senders name a CSV ``.xls``. Cells are text as it stands in the file.
    A text is gone through once to be understood, with counts as all that is kept, and once more by who reads the rows:
    memory is the file as it was sent plus a constant. A spreadsheet is held whole; its format ends at 1,048,576 rows.
    ``expected`` are the columns that the reader hopes for (as ``plain_name`` writes them): the line that names most of
    them is the header, and the sheet that has it is the one to read. Without them the shape of the lines decides.

    Raises:
        FileRefused: it cannot be understood; the message is for the clerk and holds no cell's content.
    """
    options = options or ReadOptions()
    content = Content(data)
    content.check()
    head = content.head(2_000).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise FileRefused("the file is empty")
    if head.startswith(b"%pdf"):
        raise FileRefused("this is a PDF. Send the table as CSV or XLSX")
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise FileRefused("this is a web page, whatever its name says. Open it in a spreadsheet and save it as XLSX")
    if head.startswith((b"{", b"[")) and head.count(b'":') > 1:
        raise FileRefused("this is JSON. Send the table as CSV or XLSX")
    is_book = is_workbook(content.head(8))
    grid = read_workbook(content.whole(), options, expected) if is_book else read_text(content, options)
    if content.packed:
        grid.read_as.insert(0, content.packed)
    if next(iter(grid.lines), None) is None:
        raise FileRefused("the file holds no line with anything in it")
    return _table(grid, options, expected)


def _under(grid: Grid, header: Header) -> Iterator[Line]:
    return islice(iter(grid.lines), header.end, None)


def _table(grid: Grid, options: ReadOptions, expected: AbstractSet[str]) -> Table:
    header = find_header(grid, options, expected)
    body = Body.of(_under(grid, header), header.names)
    columns = _named(_with_surplus(header.names, body))
    unfit = body.unfit(len(columns), grid.is_padded)
    misfits = sum(unfit.values())
    if unfit and misfits > min(body.rows - 1, max(1, body.rows * MAX_UNFIT_SHARE)):
        first = min(unfit, key=lambda extent: body.first[extent])
        raise FileRefused(
            f"{first.misfit(len(columns), grid.is_padded)}; so it is for {misfits} of {body.rows} lines. Is the header "
            f"complete ({header.shown}), and is the separator absent from the texts? Correct the file and send it "
            "again",
            body.first[first],
        )
    understood = [*grid.read_as, header.shown, f"{len(columns)} columns", f"{body.rows} rows"]
    for count, what in (
        (header.above, "lines above"),
        (body.notes, "lines of notes below"),
        (body.repeated, "headers repeated"),
        (misfits, "lines that do not fit"),
    ):
        if count:
            understood.append(f"{count} {what}")
    return Table(columns, Rows(grid, header, columns, body.rows), ", ".join(understood), grid.is_padded)


def _with_surplus(names: list[str], body: Body) -> list[str]:
    """Give room to columns that the header does not name, if most lines have them."""
    lengths: Counter[int] = Counter()
    for extent, times in body.extents.items():
        lengths[extent.length(len(names))] += times
    surplus = sum(times for length, times in lengths.items() if length > len(names))
    if surplus * 2 <= body.rows:
        return names
    width = max(lengths)
    if width == len(names) + 1 and body.is_numbered:
        return ["", *names]
    return [*names, *[""] * (width - len(names))]


def _named(names: Sequence[str]) -> tuple[str, ...]:
    """Names without gaps or repeats: ``column 4`` for a blank one, ``total (2)`` for the second ``total``."""
    seen: Counter[str] = Counter()
    columns = []
    for position, name in enumerate(names, 1):
        shown = name or f"column {position}"
        seen[plain_name(shown)] += 1
        columns.append(shown if seen[plain_name(shown)] == 1 else f"{shown} ({seen[plain_name(shown)]})")
    return tuple(columns)


def _values(line: Line, columns: Sequence[str], is_padded: bool) -> Mapping[str, str] | Malformed:
    if error := Extent.of(line).misfit(len(columns), is_padded):
        return Malformed("\t".join(line.cells).encode("utf-8", "surrogatepass"), error)
    return dict(zip(columns, [*line.cells, *[""] * (len(columns) - len(line.cells))], strict=False))
