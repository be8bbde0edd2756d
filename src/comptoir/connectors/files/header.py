"""Which line of a file names its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice, takewhile
from statistics import median
from typing import NamedTuple

from comptoir.connectors.files.grid import SEARCHED_LINES, FileRefused, Grid, Line, ReadOptions, find_expected

Spans = Mapping[int, Sequence[tuple[int, int]]]
_NUMBER = re.compile(r"[-+]?[\d\s\u00a0\u202f.,]*\d[\d\s\u00a0\u202f.,]*[%€]?")


class Header(NamedTuple):
    """Names of the columns, and where they stand.

    ``above`` lines (of those that are not blank) come before the header, the rows after ``end`` lines; ``shown`` says
    it in words.
    """

    names: list[str]
    above: int
    end: int
    shown: str


def find_header(grid: Grid, options: ReadOptions, expected: AbstractSet[str]) -> Header:
    """Find the header among the first lines, or where the options say that it is.

    Raises:
        FileRefused: no line can be the header, or the options name a line that is none.
    """
    if options.columns:
        names = [name.strip() for name in options.columns.split(",")]
        if options.header_row in (None, "0"):
            return Header(names, 0, 0, "no header line")
    if given := _given_lines(options):
        first, last = given
        lines = list(takewhile(lambda line: line.number <= last, grid.lines))
        if first not in {line.number for line in lines}:
            raise FileRefused("the option 'header_row' says that the header is there, and the line is blank", first)
    else:
        lines = list(islice(grid.lines, SEARCHED_LINES + 1))
        first, last = _found_lines(lines, grid.spans, expected)
    at = next(position for position, line in enumerate(lines) if line.number == first)
    end = next((position for position, line in enumerate(lines) if line.number > last), len(lines))
    header = _joined(lines[at:end], grid.spans) if end - at > 1 else _stripped(lines[at].cells)
    filled = [name for name in header if name]
    if not options.header_row and filled and all(_NUMBER.fullmatch(name) for name in filled):
        raise FileRefused(
            "a line with the names of the columns is wanted there and it holds only numbers. Add the header, or name "
            "the columns in the option 'columns'",
            first,
        )
    return Header(header, at, end, f"header on line {first}" if first == last else f"header on lines {first} to {last}")


def _given_lines(options: ReadOptions) -> tuple[int, int] | None:
    if not options.header_row or options.header_row == "0":
        return None
    first, _, last = options.header_row.partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise FileRefused(f"the option 'header_row' is no line number: '{options.header_row}'") from None


def _found_lines(lines: Sequence[Line], spans: Spans, expected: AbstractSet[str]) -> tuple[int, int]:
    """First and last line of the header; one line more than are searched must be there, for a group's columns."""
    searched = lines[:SEARCHED_LINES]
    at = find_expected(searched, expected)
    if at is None:
        usual = median(line.filled for line in searched)
        at = next(position for position, line in enumerate(searched) if line.filled >= min(usual, max(2, usual / 2)))
    number = lines[at].number
    # Cells merged across are a group's name over the columns' own, which stand on the next line.
    is_group = bool(spans.get(number)) and at + 1 < len(lines)
    if is_group and not any(_NUMBER.fullmatch(cell.strip()) for cell in lines[at + 1].cells if cell.strip()):
        return number, lines[at + 1].number
    return number, number


def _stripped(cells: Sequence[str]) -> list[str]:
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while len(names) > 1 and not names[-1]:
        names.pop()
    return names


def _joined(lines: Sequence[Line], spans: Spans) -> list[str]:
    """A header on several lines: each column under its group's name."""
    width = max(len(line.cells) for line in lines)
    parts: list[list[str]] = [[] for _ in range(width)]
    for line in lines:
        cells = [*line.cells, *[""] * (width - len(line.cells))]
        for left, right in spans.get(line.number, []):
            cells[left : right + 1] = [cells[left]] * (right - left + 1)
        for column, cell in enumerate(cells):
            if cell.strip():
                parts[column].append(cell)
    return _stripped([" ".join(part) for part in parts])
