"""Delimited text as people send it: any usual encoding, separator and line end."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import clevercsv
from charset_normalizer import from_bytes

from comptoir.connectors.files.grid import FileRefused, Grid, Line, ReadOptions

DELIMITERS = (";", ",", "\t", "|")
NAMES = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}
SAMPLE_LINES = 60
MAX_SAMPLED_LINE = 4_000
# csv's own limit would refuse a table for one pasted page; what is too long is for the contract to say.
csv.field_size_limit(512 * 1024 * 1024)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What French administrations, and the machines that they keep, write.
_FRENCH = ["cp1252", "iso8859_15", "cp850", "mac_roman"]
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_SURROGATE = re.compile(r"[\udc80-\udcff]")


def read_text(data: bytes, options: ReadOptions) -> Grid:
    """Lines of cells of a delimited text.

    Raises:
        FileRefused: it is not text, not a table, or its quotation marks do not close.
    """
    text, encoding = decode(data, options.encoding)
    text = text.lstrip("\ufeff")
    if len(_CONTROLS.findall(text[:20_000])) > 20:
        raise FileRefused("this is not a text file nor a spreadsheet. Send it as CSV (UTF-8) or XLSX")
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r'"?sep=(.)"?\r?', first)
    delimiter = options.delimiter or (declared[1] if declared else None) or find_delimiter(text)
    skipped = 1 if declared else 0
    lines = parse(rest if declared else text, delimiter, skipped)
    shown = NAMES.get(delimiter, f"'{delimiter}'")
    return Grid(lines, [f"text {encoding}", f"separator {shown}"])


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Text and the encoding that it was read in; a byte that does not fit becomes a lone surrogate.

    Raises:
        FileRefused: the encoding that the options name does not exist.
    """
    if encoding:
        try:
            return data.decode(encoding, "surrogateescape"), encoding
        except (LookupError, UnicodeError) as error:
            raise FileRefused(f"it cannot be read as {encoding}. Correct the option 'encoding'") from error
    for bom, name in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(name, "surrogateescape" if name == "utf-8-sig" else "strict"), name
            except UnicodeError as error:
                raise FileRefused(f"it says that it is {name} and is cut or damaged. Send it again") from error
    if wide := _wide(data):
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    return _not_unicode(data)


def _not_unicode(data: bytes) -> tuple[str, str]:
    """Text in what French administrations wrote before UTF-8, or in UTF-8 that some bytes damage."""
    mixed = data.decode("utf-8", "surrogateescape")
    damaged = len(_SURROGATE.findall(mixed))
    if sum(1 for character in mixed if character > "\x7f") - damaged > damaged:
        return mixed, "utf-8 with damaged bytes"
    telling = b"\n".join(match.group() for match in _NON_ASCII_LINE.finditer(data[:2_000_000]))[:40_000]
    best = from_bytes(telling, cp_isolation=_FRENCH).best()
    name = best.encoding if best and len(telling) > 60 else "cp1252"
    try:
        return data.decode(name), name
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: in Western text every other byte is NUL."""
    head = data[:4_000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or len(head) < 8:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def find_delimiter(text: str) -> str:
    """Separator of a text's columns.

    The usual four are tried on the first lines, and kept if all lines but a few then have as many cells; clevercsv
    decides when two do, or none.

    Raises:
        FileRefused: none fits, and the lines look like prose or like columns of fixed width.
    """
    lines = list(_first_lines(text))
    sample = "\n".join(line for line in lines if len(line) < MAX_SAMPLED_LINE)
    fits = {}
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
        width, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
        if width > 1 and times * 10 >= len(widths) * 8:
            fits[delimiter] = (times / len(widths), width)
    if len(fits) == 1:
        return next(iter(fits))
    # A decimal comma makes as regular a grid as a semicolon: whoever also separates the header is the separator.
    header = next(iter(csv.reader([line for line in lines if line.strip()][:1], delimiter="\0")), [""])[0]
    if fits:
        in_header = {delimiter: fit for delimiter, fit in fits.items() if delimiter in header}
        if len(in_header) == 1:
            return next(iter(in_header))
    if not fits:
        prose = sum(1 for line in lines if len(line.split()) > 6 or "   " in line.strip())
        if prose * 2 > sum(1 for line in lines if line.strip()):
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


def _first_lines(text: str) -> Iterator[str]:
    """First lines that hold something, with the cut-off quoted ones joined by the caller's csv reader."""
    found = 0
    for line in io.StringIO(text, newline=None):
        if line.strip():
            yield line.rstrip("\n")
            found += 1
        if found == SAMPLE_LINES:
            return


def parse(text: str, delimiter: str, skipped: int = 0) -> list[Line]:
    """Cells of every line that is not blank.

    Raises:
        FileRefused: a quotation mark is opened and never closed.
    """
    try:
        return list(_lines(text, delimiter, skipped, csv.QUOTE_MINIMAL))
    except csv.Error:
        pass
    # Quotation marks that do not pair may be plain text; then each line of the file is one of the table.
    lines = list(_lines(text, delimiter, skipped, csv.QUOTE_NONE))
    if len({len(line.cells) for line in lines}) == 1:
        return lines
    raise FileRefused(
        'a quotation mark (") is opened there or later and does not close. Save the file as CSV again from the '
        "spreadsheet",
        _unclosed(text, delimiter, skipped),
    )


def _lines(text: str, delimiter: str, skipped: int, quoting: Literal[0, 3]) -> Iterator[Line]:
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=quoting != csv.QUOTE_NONE
    )
    start = 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            damaged = any(_SURROGATE.search(cell) for cell in cells if not cell.isascii())
            yield Line(start + skipped, cells, damaged)
        start = rows.line_num + 1


def _unclosed(text: str, delimiter: str, skipped: int) -> int:
    """Line of the first record that cannot be read."""
    last = 0
    try:
        for line in _lines(text, delimiter, skipped, csv.QUOTE_MINIMAL):
            last = line.number
    except csv.Error:
        pass
    return last + 1
