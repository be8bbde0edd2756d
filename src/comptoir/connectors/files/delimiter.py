"""Which character separates the columns of a text."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence

import clevercsv

from comptoir.connectors.files.grid import FileRefused

DELIMITERS = (";", ",", "\t", "|")
MAX_SAMPLED_LINE = 4_000
MAX_LINES_AROUND = 2  # a title above a table and a note below it


def find_delimiter(lines: Sequence[str]) -> str:
    """Separator of a text's columns, from its first lines that hold something, without their ends.

    The usual four are tried, and kept if all lines but a few then have as many cells; clevercsv decides when two do,
    or none.

    Raises:
        FileRefused: none fits, and the lines look like prose or like columns of fixed width.
    """
    sample = "\n".join(line for line in lines if len(line) < MAX_SAMPLED_LINE)
    fits, short = {}, {}
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
        width, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
        if width > 1 and times * 10 >= len(widths) * 8:
            fits[delimiter] = (times / len(widths), width)
        elif width > 2 and times > 1 and len(widths) - times <= MAX_LINES_AROUND:
            short[delimiter] = width
    if len(fits) == 1:
        return next(iter(fits))
    # A decimal comma makes as regular a grid as a semicolon: whoever also separates the header is the separator.
    header = next(iter(csv.reader(lines[:1], delimiter="\0")), [""])[0]
    if fits:
        in_header = {delimiter: fit for delimiter, fit in fits.items() if delimiter in header}
        if len(in_header) == 1:
            return next(iter(in_header))
    if not fits:
        prose = sum(1 for line in lines if len(line.split()) > 6 or "   " in line.strip())
        if prose * 2 > len(lines):
            if short:  # a table of one row or two has as many lines around it
                return max(short, key=lambda delimiter: short[delimiter])
            raise FileRefused(
                "no separator of columns was found (; , tab or |): this is a text to read, or columns aligned with "
                "spaces. Save the table as CSV"
            )
    try:
        found = clevercsv.Detector().detect(sample, delimiters=list(DELIMITERS))
        if found and found.delimiter in DELIMITERS:
            return str(found.delimiter)
    except (clevercsv.Error, ValueError, IndexError):
        pass
    if fits:
        return max(fits, key=lambda delimiter: fits[delimiter])
    return max(DELIMITERS, key=header.count) if any(mark in header for mark in DELIMITERS) else ","
