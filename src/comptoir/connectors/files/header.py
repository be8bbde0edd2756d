"""Which line of a file names its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from statistics import median

from comptoir.connectors.files.grid import SEARCHED_LINES, FileRefused, Grid, Line, ReadOptions, find_expected

_NUMBER = re.compile(r"[-+]?[\d\s\u00a0\u202f.,]*\d[\d\s\u00a0\u202f.,]*[%€]?")


def find_header(grid: Grid, options: ReadOptions, expected: AbstractSet[str]) -> tuple[list[str], list[Line], int, str]:
    """Names of the columns, the lines under them, how many stand above, and where the header is, in words.

    Raises:
        FileRefused: no line can be the header, or the options name a line that is none.
    """
    if options.columns:
        names = [name.strip() for name in options.columns.split(",")]
        if options.header_row in (None, "0"):
            return names, grid.lines, 0, "no header line"
    first, last = _header_lines(grid, options, expected)
    at = next(position for position, line in enumerate(grid.lines) if line.number == first)
    under = next((position for position, line in enumerate(grid.lines) if line.number > last), len(grid.lines))
    header = _joined(grid, at, under) if under - at > 1 else _stripped(grid.lines[at].cells)
    filled = [name for name in header if name]
    if not options.header_row and filled and all(_NUMBER.fullmatch(name) for name in filled):
        raise FileRefused(
            "a line with the names of the columns is wanted there and it holds only numbers. Add the header, or name "
            "the columns in the option 'columns'",
            first,
        )
    shown = f"header on line {first}" if first == last else f"header on lines {first} to {last}"
    return header, grid.lines[under:], at, shown


def _header_lines(grid: Grid, options: ReadOptions, expected: AbstractSet[str]) -> tuple[int, int]:
    lines = grid.lines
    if options.header_row and options.header_row != "0":
        first, _, last = options.header_row.partition("-")
        try:
            given = int(first), int(last or first)
        except ValueError:
            raise FileRefused(f"the option 'header_row' is no line number: '{options.header_row}'") from None
        if given[0] not in {line.number for line in lines}:
            raise FileRefused("the option 'header_row' says that the header is there, and the line is blank", given[0])
        return given
    searched = lines[:SEARCHED_LINES]
    at = find_expected(searched, expected)
    if at is None:
        usual = median(line.filled for line in searched)
        at = next(position for position, line in enumerate(searched) if line.filled >= min(usual, max(2, usual / 2)))
    number = lines[at].number
    # Cells merged across are a group's name over the columns' own, which stand on the next line.
    is_group = bool(grid.spans.get(number)) and at + 1 < len(lines)
    if is_group and not any(_NUMBER.fullmatch(cell.strip()) for cell in lines[at + 1].cells if cell.strip()):
        return number, lines[at + 1].number
    return number, number


def _stripped(cells: Sequence[str]) -> list[str]:
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while len(names) > 1 and not names[-1]:
        names.pop()
    return names


def _joined(grid: Grid, at: int, under: int) -> list[str]:
    """A header on several lines: each column under its group's name."""
    width = max(len(line.cells) for line in grid.lines[at:under])
    parts: list[list[str]] = [[] for _ in range(width)]
    for line in grid.lines[at:under]:
        cells = [*line.cells, *[""] * (width - len(line.cells))]
        for left, right in grid.spans.get(line.number, []):
            cells[left : right + 1] = [cells[left]] * (right - left + 1)
        for column, cell in enumerate(cells):
            if cell.strip():
                parts[column].append(cell)
    return _stripped([" ".join(part) for part in parts])
