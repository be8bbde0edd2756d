"""Faults inside the records: drifted schemas, retyped fields, absurd rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from comptoir.sandbox.answers import Record, RecordKind

Kinds = Mapping[str, RecordKind]
LONG_TEXT = "é" * 500_000  # 1 MB in UTF-8
EVERY = 7  # one row in so many is absurd


def drift(kinds: Kinds, kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Add a field and take one away, as a new version of the publisher's API would."""
    for record in records:
        if kind == "tsv":
            yield record.replace("c_resid,unit,", "c_resid,sizen_r1,")
        elif kind == "jsonstat":
            yield _drifted_slice(record)
        else:
            name, value = kinds[kind].added
            yield {k: v for k, v in {**record, name: value}.items() if k not in kinds[kind].removed}


def _drifted_slice(payload: Record) -> Record:
    """Rename the dimension ``unit``: same flat index, another contract."""
    names = ["sizen_r1" if name == "unit" else name for name in payload["id"]]
    dimension = {("sizen_r1" if k == "unit" else k): v for k, v in payload["dimension"].items()}
    return {**payload, "id": names, "dimension": dimension, "link": {}}


def retype(kinds: Kinds, kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Write numbers as text (and a code as a number), as a careless export would."""
    for record in records:
        if kind == "tsv":
            yield record if "TIME_PERIOD" in record else re.sub(r"\t(\d+)(\d{3}) ", r"\t\1,\2 ", record)
        elif kind == "jsonstat":
            yield {**record, "value": {at: f"{value:,}" for at, value in record["value"].items()}}
        else:
            yield _retyped(kinds[kind], record)


def _retyped(kind: RecordKind, record: Record) -> Record:
    changed = dict(record)
    for name, value in record.items():
        if (name.endswith("_count") or name in kind.numbers) and value is not None:
            changed[name] = f"{value:,}" if isinstance(value, int | float) else f"{value} environ"
        elif name in kind.codes and str(value).isdecimal():
            changed[name] = int(value)
        elif isinstance(value, dict):
            is_point = {"lat", "lon"} == set(value)
            changed[name] = f"{value['lat']}, {value['lon']}" if is_point else _retyped(kind, value)
    return changed


def _change(record: Record, names: Sequence[str], change: Callable[[Any], Any]) -> None:
    """Change the named fields wherever they stand; what is nested is copied, never shared."""
    for name, value in record.items():
        if name in names:
            record[name] = change(value)
        elif isinstance(value, dict):
            record[name] = dict(value)
            _change(record[name], names, change)


def _no_key(kind: RecordKind, record: Record) -> None:
    _change(record, kind.keys, lambda _: None)


def _absurd_date(kind: RecordKind, record: Record) -> None:
    _change(record, kind.dates, lambda _: "9999-99-99T99:99:99Z")


def _ancient_date(kind: RecordKind, record: Record) -> None:
    _change(record, kind.dates, lambda was: "0001-01-01" + str(was)[10:])


def _wrong_type(kind: RecordKind, record: Record) -> None:
    _change(record, kind.numbers or kind.dates, lambda _: {"value": [1, 2]})


def _negative(kind: RecordKind, record: Record) -> None:
    _change(record, kind.numbers, lambda was: "-1" if isinstance(was, str) else -1)
    _change(record, ("geo_point_2d",), lambda _: {"lon": 4_000.5, "lat": -900.25})


def _null_byte(kind: RecordKind, record: Record) -> None:
    _change(record, kind.texts, lambda was: f"avant\u0000après {was}")


def _long_text(kind: RecordKind, record: Record) -> None:
    _change(record, kind.texts, lambda _: LONG_TEXT)


ABSURDITIES: tuple[Callable[[RecordKind, Record], None], ...] = (
    _no_key,
    _absurd_date,
    _ancient_date,
    _wrong_type,
    _negative,
    _null_byte,
    _long_text,
)


def spoil_rows(kinds: Kinds, kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Make one row in seven absurd, in turn by each kind of absurdity; a snapshot always loses its type."""
    turn = count()
    for at, record in enumerate(records):
        if kind == "jsonstat":
            yield {**record, "value": {i: ("abc" if int(i) % EVERY == 3 else v) for i, v in record["value"].items()}}
        elif kind == "tsv":
            yield record.replace(": ", "n/a ").replace("\t1", "\t-1e999\u0000", 1) if at % EVERY == 3 else record
        elif kinds[kind].snapshot or at % EVERY == 3:
            changed = dict(record)
            absurd = _wrong_type if kinds[kind].snapshot else ABSURDITIES[next(turn) % len(ABSURDITIES)]
            absurd(kinds[kind], changed)
            yield changed
        else:
            yield record


RECORD_FAULTS: dict[str, Callable[[Kinds, str, Iterable[Any]], Iterable[Any]]] = {
    "schema-drift": drift,
    "retype": retype,
    "bad-rows": spoil_rows,
}
