"""File drops: a folder, a portal's folder over HTTP, or stable addresses, read whole; any register or export by YAML.

A family of file drops has ``reads_files: true`` and ``connector: comptoir.connectors.files.drop``. A source says where
(``base_url``) and, in its YAML:

* ``map``: contract field -> the sender's names for the column, separated by ``|``, each as ``plain_name`` writes it
  (lower case, no accent, ``_`` for the rest): ``rooms: nombre_de_chambres | nb_chambres``;
* ``options``: ``files`` (names under the base URL, separated by ``|``, for a portal without an index), ``match``
  (only files of that pattern, ``taxe-*.csv``), ``null_values`` (cells that mean "not reported", separated by ``|``:
  ``-|NC``), ``withheld_values`` (cells that hide a small figure: ``s|<20``), ``decimal`` (``,`` or ``.``), and the
  reader's own: ``encoding``, ``delimiter``, ``header_row``, ``sheet``, ``columns`` (see ``ReadOptions``).

The records hold the mapped columns, the others under their ``plain_name``, ``file_row`` (line in the file) and, with
``withheld_values``, ``withheld_fields`` (the fields that the sender hid in this row, separated by commas: NULL for
another reason than a missing figure). The context holds ``ctx.file_name`` (redacted) and ``ctx.file_modified_at``.

Which row stands: a file whose bytes were loaded on another night is skipped (so a file dropped twice is loaded once);
one that is listed as it was when it was read (name, size, time of change) is not even read again.
A changed file under the same name is another file: its rows supersede by key, in the order of ``modified_at`` within a
night and by night afterwards. A row that a correction leaves out is not taken back.

A file that cannot be understood fails the source's whole night, and nothing of it is kept: a night is what was in the
drop, whole, and a later file may correct an earlier one, so that loading around the gap could show the older figure as
the newer. The message names the file, the line and the cure; once the file is corrected or taken away, the night is run
again.

Memory: one file as it was sent (``listing.MAX_FILE_BYTES`` at most) plus a constant, whatever the number of its rows; a
spreadsheet is held unpacked too (see ``table.read_table``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from comptoir.connectors.base import FileNote, Malformed, Page, Request
from comptoir.connectors.dialect import Dialect
from comptoir.connectors.files.grid import FileRefused, ReadOptions, plain_name
from comptoir.connectors.files.listing import Dropped, listed
from comptoir.connectors.files.table import Table, read_table
from comptoir.connectors.files.values import Rewrite, rewriter
from comptoir.inventory.schema import FieldSpec
from comptoir.privacy.redaction import redact

DIALECT = Dialect()
RECORDS_PER_PAGE = 5000
_CURE = "Nothing was kept: correct the file or take it out of the drop, and run the night again."

Record = dict[str, Any]
Shape = Callable[[Record], Record | Malformed | list[Record]]


@dataclass(frozen=True)
class _Field:
    """A contract field that files bring: the sender's names for its column, and the one that this file has."""

    name: str
    spec: FieldSpec
    names: tuple[str, ...]
    column: str | None = None
    rewrite: Rewrite = str


@dataclass(frozen=True)
class _Cells:
    """Texts that stand for no figure: one that is not known, one that the sender hides."""

    null: frozenset[str]
    withheld: frozenset[str]


def fetch(request: Request) -> Iterator[Page]:
    """Rows of the files that no other night loaded, file after file.

    Raises:
        PublisherError: the drop cannot be listed or read, or a file cannot be understood.
    """
    return read_files(request)


def read_files(request: Request, shape: Shape | None = None) -> Iterator[Page]:
    """``fetch`` for a module that derives something from each row first.

    ``shape`` gets a row by contract field (``None`` where the cell is empty), the unmapped columns by their plain
    name, and ``file_row``, ``file_name``; what it adds is found by the contract's ``from``. It may answer
    ``Malformed``, or several records where a row holds several.

    Raises:
        PublisherError: as ``fetch``.
    """
    origin: dict[str, str] = {}
    known = request.known_files
    loaded: set[str] = set()
    for dropped in listed(request):
        if (listed_as := known.listed(dropped.listing)) and (listed_as in loaded or listed_as in known):
            continue
        try:
            yield from _file(request, dropped, loaded, shape, origin)
        except FileRefused as refusal:
            raise request.client.error(
                request.base_url,
                f"holds the file '{redact(dropped.name)}', which cannot be loaded: {refusal}",
                _CURE,
            ) from None


def _file(
    request: Request, dropped: Dropped, loaded: set[str], shape: Shape | None, origin: dict[str, str]
) -> Iterator[Page]:
    """Pages of one file, whose bytes are let go of before the next one is read."""
    data = dropped.read()
    digest = hashlib.sha256(data).hexdigest()
    request.known_files.learn(dropped.listing, digest)
    if digest not in loaded and digest not in request.known_files:
        loaded.add(digest)
        yield from _pages(request, dropped, data, digest, shape, origin)


def _pages(
    request: Request, dropped: Dropped, data: bytes, digest: str, shape: Shape | None, origin: dict[str, str]
) -> Iterator[Page]:
    options = request.own.options
    fields = _fields(request)
    expected = frozenset(name for field in fields for name in field.names)
    table = read_table(data, ReadOptions.of(options), expected)
    name = redact(dropped.name)
    found = _found(fields, table, options.get("decimal"))
    _agree(found, name, origin)
    cells = _Cells(_texts(options.get("null_values")) | {""}, _texts(options.get("withheld_values")) - {""})
    records = _records(found, table, name, cells, shape)
    context = {"file_name": name, "file_modified_at": dropped.modified_at}
    note = FileNote(name, digest, len(data), len(table.rows), table.read_as)
    some = list(islice(records, RECORDS_PER_PAGE))
    while following := list(islice(records, RECORDS_PER_PAGE)):
        yield Page(some, context, 0, updated_at=dropped.modified_at)
        some = following
    yield Page(some, context, len(data), updated_at=dropped.modified_at, file=note)


def _fields(request: Request) -> list[_Field]:
    """Contract fields that a column of the file gives."""
    return [
        _Field(name, spec, tuple(plain_name(part) for part in spec.path.split("|")))
        for name, spec in request.stream.fields.items()
        if spec.path and name in request.own.map and name not in request.own.constants
    ]


def _found(fields: list[_Field], table: Table, decimal: str | None) -> list[_Field]:
    """Fields with the column that this file has for them.

    Raises:
        FileRefused: most of the expected columns are not there: this is another file, or its header was not found.
    """
    columns = {plain_name(column): column for column in table.columns}
    found = []
    for field in fields:
        column = next((columns[name] for name in field.names if name in columns), None)
        mark = None if table.is_typed else decimal
        found.append(replace(field, column=column, rewrite=rewriter(field.spec, decimal=mark)))
    wanted = [field for field in found if not field.spec.optional]
    missing = [field for field in wanted if field.column is None]
    if len(missing) * 2 > len(wanted):
        names = ", ".join(" or ".join(field.names) for field in missing)
        raise FileRefused(
            f"of the expected columns these are not in it: {names} ({table.read_as}). Is it the right file? If the "
            "sender renamed them, add the names under 'map' in the source's YAML"
        )
    return found


def _agree(found: list[_Field], name: str, origin: dict[str, str]) -> None:
    """One night's files must have the same expected columns: a column absent from one of them would pass unseen.

    Raises:
        FileRefused: this file lacks a column that another one of the night has, or the reverse.
    """
    for field in found:
        if field.spec.optional:
            continue
        present = "present" if field.column else "absent"
        known, where = origin.setdefault(field.name, f"{present}|{name}").split("|", 1)
        if known != present:
            raise FileRefused(
                f"the column {' or '.join(field.names)} is {present} here and {known} in '{where}'. Send both with it"
            )


def _texts(option: str | None) -> frozenset[str]:
    return frozenset(text.strip() for text in (option or "").split("|"))


def _records(
    found: list[_Field], table: Table, name: str, cells: _Cells, shape: Shape | None
) -> Iterator[Record | Malformed]:
    taken = {field.column: field for field in found if field.column is not None}
    fields = {field.name for field in found}
    others = {
        column: plain for column in table.columns if column not in taken and (plain := plain_name(column)) not in fields
    }
    plan = [(field.name, column, field.rewrite) for column, field in taken.items()]
    paths = {field.name: field.spec.path or "" for field in found}

    def by_path(values: Record) -> Record:
        return {paths.get(field, field): value for field, value in values.items() if field != "file_name"}

    for row in table.rows:
        if isinstance(row.values, Malformed):
            yield replace(row.values, error=f"line {row.line}: {row.values.error}")
            continue
        values: Record = {plain: row.values[column] for column, plain in others.items()}
        values["file_row"] = row.line
        withheld: list[str] = []
        for field, column, rewrite in plan:
            text = row.values[column].strip()
            values[field] = None if text in cells.null or text in cells.withheld else rewrite(text)
            if text in cells.withheld:
                withheld.append(field)
        if withheld:
            values["withheld_fields"] = ",".join(withheld)
        shaped = shape({**values, "file_name": name}) if shape else values
        if isinstance(shaped, Malformed):
            yield shaped
        else:
            yield from (by_path(item) for item in (shaped if isinstance(shaped, list) else [shaped]))
