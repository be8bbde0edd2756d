"""Spreadsheets (XLSX, XLS, ODS) as lines of text cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Set as AbstractSet
from typing import Any

import python_calamine

from comptoir.connectors.files.grid import SEARCHED_LINES, FileRefused, Grid, Line, ReadOptions, find_expected
from comptoir.privacy.redaction import redact

MAX_UNPACKED = 1_000_000_000


def is_workbook(data: bytes) -> bool:
    """Tell whether the bytes start like a spreadsheet (or another archive)."""
    return data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_workbook(data: bytes, options: ReadOptions, expected: AbstractSet[str] = frozenset()) -> Grid:
    """Lines of the sheet that holds the table (the one with the expected columns, where several hold something).

    Sheets with the same first line are read one after the other. All of it is held in memory, unlike a text: the format
    ends at 1,048,576 rows a sheet, and ``MAX_UNPACKED`` bounds what it unpacks to.

    Raises:
        FileRefused: not a spreadsheet, locked by a password, or several sheets that differ and none was named.
    """
    book = _open(data)
    names = book.sheet_names
    sheets = {name: _lines(book, name) for name in _chosen(names, options.sheet)}
    filled = {name: lines for name, lines in sheets.items() if lines}
    if not filled:
        raise FileRefused("the spreadsheet is empty")
    if len(filled) > 1 and expected:
        searched = {name: find_expected(lines[:SEARCHED_LINES], expected) for name, lines in filled.items()}
        filled = {name: lines for name, lines in filled.items() if searched[name] is not None} or filled
    first, *others = filled.values()
    if any(lines[0].cells != first[0].cells for lines in others):
        raise FileRefused(
            f"the spreadsheet holds {len(filled)} sheets with different columns. Name the one to read in the option "
            "'sheet', or send each as its own file"
        )
    merged = [line for lines in others for line in lines[1:]]
    name = next(iter(filled))
    shown = f"sheet {names.index(name) + 1} of {len(names)}" if len(filled) == 1 else f"{len(filled)} sheets alike"
    return Grid(first + merged, ["spreadsheet", shown], is_padded=True, spans=_spans(book, name))


def _open(data: bytes) -> Any:
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                    raise FileRefused("the spreadsheet unpacks to more than 1 GB. Send it in parts")
        except zipfile.BadZipFile as error:
            raise FileRefused("the spreadsheet is cut or damaged. Send it again") from error
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise FileRefused("the spreadsheet is locked by a password. Remove it and send it again") from error
    except python_calamine.CalamineError as error:
        raise FileRefused(
            "this is not a spreadsheet that can be opened (an archive, or a damaged file). Send it as CSV or XLSX"
        ) from error


def _chosen(names: list[str], wanted: str | None) -> list[str]:
    if wanted is None:
        return names
    if wanted in names:
        return [wanted]
    if wanted.isdigit() and 0 < int(wanted) <= len(names):
        return [names[int(wanted) - 1]]
    known = ", ".join(redact(name) for name in names)
    raise FileRefused(f"there is no sheet '{wanted}' (option 'sheet'); there are: {known}")


def _lines(book: Any, name: str) -> list[Line]:
    try:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.CalamineError:
        # A sheet of drawings has no cells.
        return []
    lines = (Line(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, 1))
    return [line for line in lines if line.filled]


def _spans(book: Any, name: str) -> dict[int, list[tuple[int, int]]]:
    """By line, the columns (from 0) of the cells merged across."""
    found: dict[int, list[tuple[int, int]]] = {}
    try:
        ranges = book.get_sheet_by_name(name).merged_cell_ranges or []
    except python_calamine.CalamineError:
        return {}
    for (top, left), (_, right) in ranges:
        if right > left:
            found.setdefault(top + 1, []).append((left, right))
    return found


def cell_text(cell: Any) -> str:
    """Write a cell as an export would: whole numbers without a point, dates in ISO, yes/no as true/false."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(timespec="seconds")
    if isinstance(cell, dt.timedelta):
        return str(int(cell.total_seconds()))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
