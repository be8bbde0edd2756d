"""Delimited text as people send it: any usual encoding, separator and line end."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from comptoir.connectors.files.content import Content
from comptoir.connectors.files.delimiter import find_delimiter
from comptoir.connectors.files.encoding import SURROGATE, Encoding, find_encoding
from comptoir.connectors.files.grid import FileRefused, Grid, Line, ReadOptions

NAMES = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}
SAMPLE_LINES = 60
# A pasted page is a cell, and what is too long is for the contract to say; what never ends is held by nobody.
MAX_LINE = 4 << 20
csv.field_size_limit(MAX_LINE)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


def read_text(content: Content, options: ReadOptions) -> Grid:
    """Lines of cells of a delimited text; they are read when they are gone through, and none is kept.

    Raises:
        FileRefused: it is not text, not a table, or its quotation marks do not close.
    """
    encoding = find_encoding(content, options.encoding)
    with content.text(encoding.codec, encoding.errors) as text:
        if len(_CONTROLS.findall(text.read(20_000))) > 20:
            raise FileRefused("this is not a text file nor a spreadsheet. Send it as CSV (UTF-8) or XLSX")
    declared = re.fullmatch(r'"?sep=(.)"?[\r\n]*', next(_physical(content, encoding), ""))
    delimiter = options.delimiter or (declared[1] if declared else None)
    delimiter = delimiter or find_delimiter(_sample(content, encoding))
    lines = _paired(TextLines(content, encoding, delimiter, skipped=1 if declared else 0))
    shown = NAMES.get(delimiter, f"'{delimiter}'")
    return Grid(lines, [f"text {encoding.shown}", f"separator {shown}"])


@dataclass(frozen=True)
class TextLines:
    """Cells of every line that is not blank, read from the file's bytes each time they are gone through.

    ``skipped``: physical lines at the top that only declare something.
    """

    content: Content
    encoding: Encoding
    delimiter: str
    skipped: int
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL

    def __iter__(self) -> Iterator[Line]:
        lines = _physical(self.content, self.encoding)
        for _ in range(self.skipped):
            next(lines)
        is_strict = self.quoting != csv.QUOTE_NONE
        rows = csv.reader(lines, delimiter=self.delimiter, quoting=self.quoting, strict=is_strict)
        start = 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                damaged = any(SURROGATE.search(cell) for cell in cells if not cell.isascii())
                yield Line(start + self.skipped, cells, damaged)
            start = rows.line_num + 1


def _physical(content: Content, encoding: Encoding) -> Iterator[str]:
    """Lines with their ends, without the marks of Unicode that may stand in front of the first one."""
    with content.text(encoding.codec, encoding.errors) as text:
        for number, line in enumerate(iter(partial(text.readline, MAX_LINE), ""), 1):
            if len(line) == MAX_LINE:
                raise FileRefused("the line has millions of characters. Save the table as CSV again", number)
            yield line.lstrip("\ufeff") if number == 1 else line


def _sample(content: Content, encoding: Encoding) -> list[str]:
    """First lines that hold something, without their ends; the caller's csv reader joins those that a cell spans."""
    sample: list[str] = []
    size = 0
    for line in _physical(content, encoding):
        if line.strip():
            sample.append(line.rstrip("\r\n"))
            size += len(line)
        if len(sample) == SAMPLE_LINES or size > MAX_LINE:
            break
    return sample


def _paired(lines: TextLines) -> TextLines:
    """The lines, with quotation marks taken as plain text where they do not pair and each line is one of the table.

    Raises:
        FileRefused: a quotation mark is opened and never closed.
    """
    last = lines.skipped
    try:
        for line in lines:
            last = line.number
        return lines
    except csv.Error:
        pass
    plain = replace(lines, quoting=csv.QUOTE_NONE)
    width = None
    for line in plain:
        if len(line.cells) != (width := width or len(line.cells)):
            raise FileRefused(
                'a quotation mark (") is opened there or later and does not close. Save the file as CSV again from the '
                "spreadsheet",
                last + 1,
            )
    return plain
