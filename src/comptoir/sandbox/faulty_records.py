"""Faults inside the records: drifted schemas, retyped fields, absurd rows, planted canaries."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from comptoir.sandbox.answers import Record, Touch

LONG_TEXT = "é" * 500_000  # 1 MB in UTF-8
EVERY = 7  # one row in so many is absurd
ADDED = {
    "status": ("reactions_count", 3),
    "account": ("trust_level", 2),
    "report": ("priorite", "haute"),
}
REMOVED = {
    "status": ("replies_count",),
    "account": ("followers_count",),
    "report": ("categorie", "type"),
}
HANDLES = re.compile(r"[A-Za-z0-9_.-]+")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d\d:\d\d))?|\d{4}(-\d\d)?|\d+")
LEFT_ALONE = {"id", "in_reply_to_id", "in_reply_to_account_id", "id_signalement", "id_dmr"}
# Codes that a contract bounds: a canary in each would quarantine every row, so only some rows carry one there.
CODES = {"visibility", "language", "type", "code_insee", "code_postal", "statut", "canal", "prefixe", "coordinates"}
HTML_FIELDS = {"content", "note"}
HANDLE_FIELDS = {"username", "acct", "uri", "url", "avatar", "avatar_static", "header", "header_static"}


def drift(kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Add a field and take one away, as a new version of the publisher's API would."""
    for record in records:
        if kind == "tsv":
            yield (
                record.replace("c_resid,unit,", "c_resid,sizen_r1,unit,")
                if "TIME_PERIOD" in record
                else (record.replace(",NR,", ",TOTAL,NR,").replace(",PCH_SM", ",TOTAL,PCH_SM"))
            )
        elif kind == "jsonstat":
            yield _drifted_slice(record)
        else:
            name, value = ADDED[kind]
            yield {k: v for k, v in {**record, name: value}.items() if k not in REMOVED[kind]}


def _drifted_slice(payload: Record) -> Record:
    """Rename the dimension ``unit`` and add one of size one: same flat index, another contract."""
    names = ["sizen_r1" if name == "unit" else name for name in payload["id"]]
    dimension = {("sizen_r1" if k == "unit" else k): v for k, v in payload["dimension"].items()}
    return {**payload, "id": names, "dimension": dimension, "link": {}}


def retype(kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Write numbers as text (and a code as a number), as a careless export would."""
    for record in records:
        if kind == "tsv":
            yield record if "TIME_PERIOD" in record else re.sub(r"\t(\d+)(\d{3}) ", r"\t\1,\2 ", record)
        elif kind == "jsonstat":
            yield {**record, "value": {at: f"{value:,}" for at, value in record["value"].items()}}
        else:
            yield _retyped(record)


def _retyped(record: Record) -> Record:
    changed = dict(record)
    for name, value in record.items():
        if name.endswith("_count") and value is not None:
            changed[name] = f"{value:,}"
        elif name in ("code_insee", "code_postal") and str(value).isdecimal():
            changed[name] = int(value)
        elif name == "geo_point_2d" and value:
            changed[name] = f"{value['lat']}, {value['lon']}"
        elif name == "account":
            changed[name] = _retyped(value)
    return changed


def _no_key(record: Record) -> None:
    for name in ("uri", "id_signalement", "id_dmr"):
        if name in record:
            record[name] = None


def _absurd_date(record: Record) -> None:
    for name in ("created_at", "date_declaration", "datedecl"):
        if name in record:
            record[name] = "9999-99-99T99:99:99Z"


def _ancient_date(record: Record) -> None:
    for name in ("created_at", "date_declaration", "datedecl"):
        if name in record:
            record[name] = "0001-01-01" if name.startswith("date") else "0001-01-01T00:00:00.000Z"


def _wrong_type(record: Record) -> None:
    for name in ("favourites_count", "followers_count", "date_maj", "datedecl"):
        if name in record:
            record[name] = {"value": [1, 2]}


def _negative(record: Record) -> None:
    for name in ("favourites_count", "followers_count"):
        if name in record:
            record[name] = -1
    if "geo_point_2d" in record:
        record["geo_point_2d"] = {"lon": 4_000.5, "lat": -900.25}


def _null_byte(record: Record) -> None:
    for name in ("content", "display_name", "sous_categorie", "soustype"):
        if name in record:
            record[name] = f"avant\u0000après {record[name]}"


def _long_text(record: Record) -> None:
    for name in ("content", "note", "quartier", "conseilquartier"):
        if name in record:
            record[name] = LONG_TEXT


ABSURDITIES: tuple[Callable[[Record], None], ...] = (
    _no_key,
    _absurd_date,
    _ancient_date,
    _wrong_type,
    _negative,
    _null_byte,
    _long_text,
)


def spoil_rows(kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Make one row in seven absurd, in turn by each kind of absurdity; an account always loses its type."""
    turn = count()
    for at, record in enumerate(records):
        if kind == "jsonstat":
            yield {**record, "value": {i: ("abc" if int(i) % EVERY == 3 else v) for i, v in record["value"].items()}}
        elif kind == "account":
            changed = dict(record)
            _wrong_type(changed)
            yield changed
        elif at % EVERY != 3:
            yield record
        elif kind == "tsv":
            yield record.replace(": ", "n/a ").replace("\t1", "\t-1e999\u0000", 1)
        else:
            changed = dict(record)
            ABSURDITIES[next(turn) % len(ABSURDITIES)](changed)
            yield changed


RECORD_FAULTS: dict[str, Touch] = {"schema-drift": drift, "retype": retype, "bad-rows": spoil_rows}


def plant_canaries(canaries: Sequence[str], kind: str, records: Iterable[Any]) -> Iterator[Any]:
    """Plant canaries in every text of a record: verbatim in free text, in handles and URLs where they can stand.

    Instants and row ids stay as they are; contract-bounded codes carry a canary in one record of five.
    """
    for at, record in enumerate(records):
        if kind == "tsv":
            yield record
        elif kind == "jsonstat":
            yield {**record, "label": f"{record['label']} {canaries[0]}"}
        else:
            yield _planted(record, "", canaries, count(at), codes_too=at % 5 == 4)


def _planted(value: Any, name: str, canaries: Sequence[str], turn: Iterator[int], *, codes_too: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: inner if key in LEFT_ALONE else _planted(inner, key, canaries, turn, codes_too=codes_too)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_planted(inner, name, canaries, turn, codes_too=codes_too) for inner in value]
    if (
        not isinstance(value, str)
        or (MOMENT.fullmatch(value) and name not in CODES)
        or (name in CODES and not codes_too)
    ):
        return value
    canary = canaries[next(turn) % len(canaries)]
    if name not in HANDLE_FIELDS:
        return f"{value} {html.escape(canary) if name in HTML_FIELDS else canary}"
    user, at_sign, host = value.partition("@") if name == "acct" else (value, "", "")
    return f"{user}{canary}{at_sign}{host}" if HANDLES.fullmatch(canary) else value
