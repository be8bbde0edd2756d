"""Opendatasoft Explore v2.1: one dataset's description, its records by page, its export as JSON lines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Protocol

import msgspec

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind, free_at
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.odsql import ODSQLError, parse_order, parse_where

CATALOG = re.compile(r"^/api/explore/v2\.1/catalog/datasets/([^/]+)(/records|/exports/[^/]+)?/?$")
MAX_PAGE, MAX_REACH = 100, 10_000
HARMLESS = {"lang", "timezone", "apikey", "include_links", "include_app_metas"}


class Table(Protocol):
    """A dataset as it stood at a clock."""

    title: ClassVar[str]
    kind: ClassVar[str]
    fields: ClassVar[dict[str, str]]
    key: ClassVar[str]
    date_field: ClassVar[str]

    def rows(self, low: str | None, high: str | None) -> Iterable[Record]:
        """Yield rows in ascending key order, at least those whose date field lies in ``low``–``high``."""
        ...

    def count(self) -> int:
        """Count all rows."""
        ...

    def processed_at(self) -> dt.datetime:
        """Return when the portal last processed the dataset."""
        ...


class Portal(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def table(self, dataset: str, clock: Clock) -> Table | None:
        """Return a dataset, or nothing when the portal has none of that name."""
        ...


class _BadRequest(ValueError):
    pass


class Opendatasoft(Publisher):
    """The protocol over a portal."""

    family = "opendatasoft"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "report": RecordKind(
            keys=("id_signalement", "id_dmr"),
            dates=("date_declaration", "datedecl"),
            texts=("sous_categorie", "soustype", "quartier", "conseilquartier"),
            codes=("code_insee", "code_postal", "statut", "canal", "prefixe", "type", "coordinates"),
            added=("priorite", "haute"),
            removed=("categorie", "type"),
            streamed=True,
        ),
        "experience": RecordKind(
            keys=("id_experience",),
            dates=("ecrit_le",),
            texts=("titre", "description", "ressenti_usager", "intitule_structure", "canal"),
            codes=("code_departement",),
            added=("simplicite", "Oui"),
            removed=("ressenti_usager",),
            streamed=True,
        ),
    }

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.first_night = portal.first_night

    def error(self, status: int, message: str, code: str = "ODSQLError") -> Answer:
        """Say in Opendatasoft's shape what went wrong."""
        return Answer({"error_code": code, "message": message}, status=status)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 429 with the reset in the body."""
        reset = free_at(for_the_day=for_the_day).strftime("%Y-%m-%dT%H:%M:%SZ")
        unit, allowed = ("day", 10_000) if for_the_day else ("second", 10)
        body = {
            "errorcode": 10002,
            "error": "Too many requests on the domain. Please contact the domain administrator.",
            "reset_time": reset,
            "limit_time_unit": unit,
            "call_limit": allowed,
        }
        headers = {"X-RateLimit-Limit": str(allowed), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return Answer(body, status=429, headers=headers)

    def error_in_200(self, answer: Answer) -> Answer:
        """End an export in its middle with an error text, or answer one."""
        error = {"error_code": "InternalError", "message": "The export was interrupted: backend time-out."}
        if answer.chunks is None:
            return Answer(error)
        first = next(iter(answer.chunks), b"")
        answer.chunks = [first[: first.rfind(b"\n", 0, -1) + 1], msgspec.json.encode(error)]
        return answer

    def answer(self, ask: Ask) -> Answer:
        """Answer ``/catalog/datasets/{id}``, its ``/records`` and ``/exports/jsonl``."""
        found = CATALOG.match(ask.path)
        if not found:
            return self.error(404, f"No such resource: {ask.path}.")
        table = self.portal.table(found[1], ask.clock)
        if table is None:
            return self.error(404, f"The requested dataset {found[1]} does not exist.")
        parts = {None: self._description, "/records": self._records, "/exports/jsonl": self._export}
        if found[2] not in parts:
            return self.error(400, f"Export format not served here: {found[2]}.", "InvalidRESTParameterError")
        try:
            return parts[found[2]](table, ask)
        except ODSQLError as error:
            return self.error(400, str(error))
        except _BadRequest as error:
            return self.error(400, str(error), "InvalidRESTParameterError")

    def _description(self, table: Table, ask: Ask) -> Answer:
        processed = table.processed_at().astimezone(dt.UTC).isoformat(timespec="seconds")
        metas = {
            "title": table.title,
            "modified": processed,
            "data_processed": processed,
            "metadata_processed": processed,
            "records_count": table.count(),
        }
        fields = [{"name": name, "type": kind, "label": name} for name, kind in table.fields.items()]
        dataset = ask.path.rstrip("/").rpartition("/")[2]
        return Answer({"dataset_id": dataset, "has_records": True, "metas": {"default": metas}, "fields": fields})

    def _records(self, table: Table, ask: Ask) -> Answer:
        _refuse_unknown(ask, {"where", "order_by", "limit", "offset"})
        limit = _whole_number(ask, "limit", 10)
        if not -1 <= limit <= MAX_PAGE:
            raise _BadRequest(
                f"Invalid value for limit API parameter: {limit} was found but -1 <= limit <= 100 is expected."
            )
        limit = MAX_PAGE if limit == -1 else limit
        offset = _whole_number(ask, "offset", 0)
        if offset < 0 or offset + limit > MAX_REACH:
            raise _BadRequest(f"Invalid value for offset API parameter: offset + limit should be <= {MAX_REACH}.")
        rows = list(_selected(table, ask))
        start = ask.start(offset)
        page = rows[start : start + limit]
        return Answer({"total_count": len(rows), "results": list(ask.touch(table.kind, page))})

    def _export(self, table: Table, ask: Ask) -> Answer:
        _refuse_unknown(ask, {"where", "order_by", "limit"})
        limit = _whole_number(ask, "limit", -1)
        rows = _selected(table, ask)
        lines = ask.touch(table.kind, islice(rows, limit) if limit >= 0 else rows)
        return Answer(chunks=_json_lines(lines), media_type="application/jsonl")


def _refuse_unknown(ask: Ask, known: set[str]) -> None:
    # Ignoring a parameter silently would answer another question than the one asked.
    if unknown := set(ask.query) - known - HARMLESS:
        raise _BadRequest(f"Parameters not served here: {', '.join(sorted(unknown))}.")


def _whole_number(ask: Ask, name: str, default: int) -> int:
    text = ask.query.get(name, str(default))
    try:
        return int(text)
    except ValueError as error:
        raise _BadRequest(f"Invalid value for {name} API parameter: '{text}' is not an integer.") from error


def _selected(table: Table, ask: Ask) -> Iterable[Record]:
    text = ask.query.get("where", "").strip()
    where = parse_where(text, table.fields) if text else None
    low, high = where.bounds(table.date_field) if where else (None, None)
    order_text = ask.query.get("order_by", "").strip()
    order = parse_order(order_text, table.fields) if order_text else []
    rows = table.rows(low, high)
    kept = (row for row in rows if where.matches(row)) if where else rows
    if not order or order == [(table.key, False)]:
        return kept
    return _sorted(kept, order)


def _sorted(rows: Iterable[Record], order: Sequence[tuple[str, bool]]) -> list[Record]:
    result = list(rows)
    for field, descending in reversed(order):
        present = [row for row in result if row.get(field) is not None]
        absent = [row for row in result if row.get(field) is None]
        present.sort(key=partial(_rank, field), reverse=descending)
        result = present + absent
    return result


def _rank(field: str, row: Record) -> Any:
    value = row[field]
    return str(value) if isinstance(value, dict) else value


def _json_lines(rows: Iterable[Record]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    for row in rows:
        waiting.append(msgspec.json.encode(row))
        if len(waiting) == 200:
            yield b"\n".join(waiting) + b"\n"
            waiting.clear()
    if waiting:
        yield b"\n".join(waiting) + b"\n"
