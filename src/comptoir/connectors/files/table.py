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

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from comptoir.connectors.base import Malformed
from comptoir.connectors.files.grid import FileRefused, Grid, Line, ReadOptions, plain_name
from comptoir.connectors.files.header import find_header
from comptoir.connectors.files.text import read_text
from comptoir.connectors.files.workbook import is_workbook, read_workbook

MAX_BYTES = 512 * 1024 * 1024
MAX_UNFIT_SHARE = 0.1
_NOTE = re.compile(
    r"\s*(source|note|nota|nb\b|n\.b|avertissement|attention|lecture|champ|\*|\(\*|\(\d|©)", re.IGNORECASE
)


@dataclass(frozen=True)
class Row:
    """A row by column name, or why it is none; ``line`` is where it starts in the file, counted from 1."""

    line: int
    values: Mapping[str, str] | Malformed


@dataclass(frozen=True)
class Table:
    """A file understood: its columns in order, its rows in order, and in words how it was read.

    ``is_typed``: numbers and dates were typed in the file (a spreadsheet), so that their text is not ambiguous.
    """

    columns: tuple[str, ...]
    rows: list[Row]
    read_as: str
    is_typed: bool


def read_table(data: bytes, options: ReadOptions | None = None, expected: AbstractSet[str] = frozenset()) -> Table:
    """Read a file of any usual kind: CSV, TSV, XLSX, XLS, ODS, plain or packed by gzip, bzip2 or xz.

    The kind is told by the content: senders name a CSV ``.xls``. Cells are text as it stands in the file.
    ``expected`` are the columns that the reader hopes for (as ``plain_name`` writes them): the line that names most of
    them is the header, and the sheet that has it is the one to read. Without them the shape of the lines decides.

    Raises:
        FileRefused: it cannot be understood; the message is for the clerk and holds no cell's content.
    """
    options = options or ReadOptions()
    data, packed = _unpacked(data)
    head = data[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise FileRefused("the file is empty")
    if head.startswith(b"%pdf"):
        raise FileRefused("this is a PDF. Send the table as CSV or XLSX")
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise FileRefused("this is a web page, whatever its name says. Open it in a spreadsheet and save it as XLSX")
    if head.startswith((b"{", b"[")) and head.count(b'":') > 1:
        raise FileRefused("this is JSON. Send the table as CSV or XLSX")
    grid = read_workbook(data, options, expected) if is_workbook(data) else read_text(data, options)
    grid.read_as[:0] = packed
    if not grid.lines:
        raise FileRefused("the file holds no line with anything in it")
    return _table(grid, options, expected)


def _unpacked(data: bytes) -> tuple[bytes, list[str]]:
    """Unpack what is packed, never more than a file may hold."""
    packed: list[str] = []
    source = io.BytesIO(data)
    opened: io.BufferedIOBase = source  # closed with the bytes that it wraps
    if data.startswith(b"\x1f\x8b"):
        packed, opened = ["gzip"], gzip.GzipFile(fileobj=source)
    elif data.startswith(b"BZh"):
        packed, opened = ["bzip2"], bz2.BZ2File(source)
    elif data.startswith(b"\xfd7zXZ"):
        packed, opened = ["xz"], lzma.LZMAFile(source)  # noqa: SIM115 - wraps bytes
    try:
        data = opened.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise FileRefused(f"the {packed[0]} file is cut or damaged. Send it again") from error
    if len(data) > MAX_BYTES:
        raise FileRefused(f"the file is larger than {MAX_BYTES // 2**20} MB. Send it in parts")
    return data, packed


def _table(grid: Grid, options: ReadOptions, expected: AbstractSet[str]) -> Table:
    names, body, above, shown = find_header(grid, options, expected)
    repeated = len(body)
    body = [line for line in body if line.cells[: len(names)] != names or not any(names)]
    repeated -= len(body)
    below = _notes_below(body, len(names))
    body = body[: len(body) - below]
    names = _with_surplus(names, body)
    columns = _named(names)
    rows = [Row(line.number, _values(line, columns, grid.is_padded)) for line in body]
    unfit = [row for row in rows if isinstance(row.values, Malformed)]
    if unfit and len(unfit) > min(len(rows) - 1, max(1, len(rows) * MAX_UNFIT_SHARE)):
        first = unfit[0].values
        reason = first.error if isinstance(first, Malformed) else ""
        raise FileRefused(
            f"{reason}; so it is for {len(unfit)} of {len(rows)} lines. Is the header complete ({shown}), and is the "
            "separator absent from the texts? Correct the file and send it again",
            unfit[0].line,
        )
    understood = [*grid.read_as, shown, f"{len(columns)} columns", f"{len(rows)} rows"]
    for count, what in ((above, "lines above"), (below, "lines of notes below"), (repeated, "headers repeated")):
        if count:
            understood.append(f"{count} {what}")
    if unfit:
        understood.append(f"{len(unfit)} lines that do not fit")
    return Table(columns, rows, ", ".join(understood), grid.is_padded)


def _notes_below(body: Sequence[Line], width: int) -> int:
    """How many of the last lines are prose: a sentence or two in a table of three columns and more."""
    count = 0
    if width < 3:
        return 0
    for line in reversed(body):
        texts = [cell for cell in line.cells if cell.strip()]
        is_note = len(texts) == 1 or (len(line.cells) < width and len(texts) <= 2)
        if not is_note or not (_NOTE.match(texts[0]) or len(texts[0].split()) >= 3):
            break
        count += 1
    return count


def _trimmed(cells: Sequence[str], width: int) -> int:
    """Number of cells once the empty ones beyond the header are dropped."""
    length = len(cells)
    while length > width and not cells[length - 1].strip():
        length -= 1
    return length


def _with_surplus(names: list[str], body: Sequence[Line]) -> list[str]:
    """Give room to columns that the header does not name, if most lines have them."""
    lengths = Counter(_trimmed(line.cells, len(names)) for line in body)
    surplus = sum(times for length, times in lengths.items() if length > len(names))
    if not body or surplus * 2 <= len(body):
        return names
    width = max(length for length, times in lengths.items() if times * 2 > surplus or length == max(lengths))
    starts = [line.cells[0].strip() for line in body]
    if width == len(names) + 1 and any(
        starts == [str(number) for number in range(base, base + len(body))] for base in (0, 1)
    ):
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
    length = _trimmed(line.cells, len(columns))
    if line.damaged:
        return _malformed(line, "the line holds bytes that are not text in the file's encoding")
    if length > len(columns) or (length < len(columns) and not is_padded):
        return _malformed(line, f"the line has {length} cells and the header {len(columns)}")
    return dict(zip(columns, [*line.cells, *[""] * (len(columns) - length)], strict=False))


def _malformed(line: Line, error: str) -> Malformed:
    return Malformed("\t".join(line.cells).encode("utf-8", "surrogatepass"), error)
