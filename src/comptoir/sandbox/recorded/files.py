"""The recorded files as each publisher's protocol wants them."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import PARIS, Clock
from comptoir.sandbox.eurostat import DIMENSIONS, Series, Wanted
from comptoir.sandbox.mastodon import Listed
from comptoir.settings import ConfigError

CHUNK = 1 << 18


class RecordedInstance:
    """Mastodon: one account with its posts, and every captured timeline.

    The tag ``public`` stands for the public timelines; any other known tag for the captured hashtag.
    """

    first_night = dt.date(2025, 7, 17)

    def __init__(self, folder: Path) -> None:
        self._profile: Record = _json(folder / "get_account_default_0.json")
        own = [s for at in range(5) for s in _json(folder / f"get_account_statuses_limit_{at}.json")]
        own.append(_json(folder / "post_status_success_0.json"))
        tagged = _json(folder / "get_timeline_hashtag_default_0.json")
        captured = [s for path in sorted(folder.glob("get_timeline_public_*_0.json")) for s in _json(path)]
        seen = {status["uri"] for status in [*own, *tagged]}
        self._own = _newest_first(own)
        self._by_tag = {
            _common_tag(tagged): _newest_first(tagged),
            "public": _newest_first(status for status in captured if status["uri"] not in seen),
        }

    def account(self, clock: Clock, acct: str) -> Record | None:
        """Return the recorded account, whatever address is asked."""
        return self._profile if acct else None

    def account_posts(self, clock: Clock, account_id: str, below: int | None) -> Iterable[Listed] | None:
        """Yield the recorded account's posts."""
        return _below(self._own, below) if account_id == self._profile["id"] else None

    def tag_posts(self, clock: Clock, hashtag: str, below: int | None) -> Iterable[Listed] | None:
        """Yield a captured timeline."""
        posts = self._by_tag.get(hashtag.lower())
        return None if posts is None else _below(posts, below)


class RecordedCube:
    """A bulk TSV file, read line by line: memory does not grow with it."""

    label = "Nights spent at tourist accommodation establishments - monthly data"
    dimensions: tuple[str, ...] = DIMENSIONS
    updated = dt.datetime(2026, 4, 15, 23, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8") as file:
            head, *periods = file.readline().rstrip("\n").split("\t")
        if head != ",".join(DIMENSIONS) + "\\TIME_PERIOD":
            raise ConfigError(f"{path} does not begin as {','.join(DIMENSIONS)}: it is not the recorded file.")
        self.periods = [period.strip() for period in periods]

    @cached_property
    def _codes(self) -> dict[str, list[str]]:
        found: dict[str, set[str]] = {name: set() for name in DIMENSIONS}
        for codes, _ in self._lines():
            for name, code in zip(DIMENSIONS, codes, strict=True):
                found[name].add(code)
        return {name: sorted(codes) for name, codes in found.items()}

    def codes(self) -> Mapping[str, list[str]]:
        """Return the codes that occur, by dimension."""
        return self._codes

    def _lines(self) -> Iterator[tuple[tuple[str, ...], str]]:
        with self.path.open(encoding="utf-8", newline="") as file:
            next(file)
            for line in file:
                head, _, cells = line.rstrip("\r\n").partition("\t")
                yield tuple(head.split(",")), cells

    def series(self, wanted: Wanted) -> Iterable[Series]:
        """Yield the wanted series."""
        for codes, cells in self._lines():
            if all(code in wanted.get(name, (code,)) for name, code in zip(DIMENSIONS, codes, strict=True)):
                yield codes, cells.split("\t")

    def bulk(self) -> Iterator[bytes]:
        """Yield the file, byte for byte."""
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


class RecordedWarehouse:
    """Eurostat: the recorded ``tour_occ_nim``."""

    first_night = dt.date(2026, 4, 15)

    def __init__(self, path: Path) -> None:
        self._cube = RecordedCube(path)

    def cube(self, dataset: str, clock: Clock) -> RecordedCube | None:
        """Return the recorded dataset."""
        return self._cube if dataset == "tour_occ_nim" else None


class RecordedReports:
    """Paris's ``dans-ma-rue`` as recorded: every row, on any night after the recording."""

    title: ClassVar[str] = "Dans Ma Rue"
    kind: ClassVar[str] = "report"
    key: ClassVar[str] = "id_dmr"
    date_field: ClassVar[str] = "datedecl"
    fields: ClassVar[dict[str, str]] = {
        "numero": "int", "type": "text", "soustype": "text", "adresse": "text", "code_postal": "text",
        "ville": "text", "arrondissement": "int", "conseilquartier": "text", "datedecl": "date",
        "anneedecl": "text", "moisdecl": "text", "prefixe": "text", "intervenant": "text", "id_dmr": "text",
        "geo_shape": "geo_shape", "geo_point_2d": "geo_point_2d", "mois_annee_decla": "text",
    }  # fmt: skip

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _rows(self) -> Sequence[Record]:
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = [{name: self._value(name, row[name]) for name in self.fields} for row in csv.DictReader(file)]
        return sorted(rows, key=lambda row: str(row[self.key]))

    def _value(self, name: str, text: str) -> object:
        if not text:
            return None
        kind = self.fields[name]
        if kind.startswith("geo_"):
            return ast.literal_eval(text)  # the file was saved with Python's repr, not as JSON
        return int(text) if kind == "int" else text

    def rows(self, low: str | None, high: str | None) -> Iterable[Record]:
        """Return all rows; the caller's condition selects."""
        return self._rows

    def count(self) -> int:
        """Count all rows."""
        return len(self._rows)

    def processed_at(self) -> dt.datetime:
        """Return the end of the recording's last day."""
        return dt.datetime(2024, 9, 12, 23, 59, tzinfo=PARIS)


class RecordedPortal:
    """Opendatasoft: the recorded ``dans-ma-rue``."""

    first_night = dt.date(2024, 9, 12)

    def __init__(self, path: Path) -> None:
        self._reports = RecordedReports(path)

    def table(self, dataset: str, clock: Clock) -> RecordedReports | None:
        """Return the recorded dataset."""
        return self._reports if dataset == "dans-ma-rue" else None


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _newest_first(statuses: Iterable[Record]) -> list[Record]:
    unique: dict[str, Record] = {}
    for status in statuses:
        unique.setdefault(status["uri"], status)
    return sorted(unique.values(), key=lambda status: int(status["id"]), reverse=True)


def _common_tag(statuses: Sequence[Record]) -> str:
    shared = set.intersection(*({tag["name"].lower() for tag in status["tags"]} for status in statuses))
    return str(min(shared))


def _below(statuses: Sequence[Record], below: int | None) -> Iterator[Listed]:
    for status in statuses:
        post_id = int(status["id"])
        if below is None or post_id < below:
            is_reply = status["in_reply_to_id"] is not None or status["in_reply_to_account_id"] is not None
            yield Listed(post_id, is_reply, status["reblog"] is not None, status.copy)
