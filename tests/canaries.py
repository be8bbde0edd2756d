"""Identities planted in what the simulated publishers send: one per source and field, so that a trace names its origin.

A canary is a person who does not exist, with a number: as a name, an e-mail, a telephone number, a handle, a part of an
identifier. Whatever is found of it afterwards, in whatever file, says which field of which source leaked.
"""

from __future__ import annotations

import html
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import duckdb
import msgspec
import zstandard
from starlette.datastructures import QueryParams

from comptoir.config.file import load_config
from comptoir.connectors.files.grid import plain_name
from comptoir.inventory.schema import Inventory, Stream
from comptoir.privacy.projection import Projector
from comptoir.sandbox.answers import Answer, Ask, Publisher, RecordKind
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.drops import Drop, DroppedFile, FileDrop
from comptoir.sandbox.faults import HTML
from comptoir.sandbox.inside_airbnb import InsideAirbnb

NUMBER = r"(?P<number>\d{4})"
FORMS = (
    rf"canarizh{NUMBER}",
    r"(?<![0-9a-f])(?:\+33|0033|0|33) ?6[ .]?39[ .]?98[ .]?(?P<first>\d\d)[ .]?(?P<last>\d\d)(?![0-9a-f])",
)
LIKELY = re.compile(r"39[ .]?98")  # quick to look for
TRACE = re.compile("|".join(form.replace("?P<number>", f"?P<number{at}>") for at, form in enumerate(FORMS)), re.I)
# The token of the simulated publishers, and the session that Bluesky gives for it.
SECRET = re.compile(r"canary-secret|eyJ\.[0-9a-f]{16}")
# What to take out of a request so that the publisher recognises what it sent.
_PLANTED = re.compile(
    r" ?Nolwenn Canarizh\d{4} zoe\.canarizh\d{4}@exemple\.fr 06 39 98 \d\d \d\d @zoe_canarizh\d{4}@mastodon\.example"
    r"| de Mme Nolwenn Canarizh\d{4}|/?zoe\.canarizh\d{4}@exemple\.fr|canarizh\d{4}"
)
_PHONE = re.compile(r"(?:\+33|0033|0|33)[1-9](?:[ .]?\d\d){4}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BOUNDED = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|\d{2}/\d{2}/\d{4}.*|[\d.,-]+|true|false|P[\dTHMSWD]+"
)
IDENTIFYING = {"pseudonym", "text", "free_text", "html", "public_name"}
PROTOCOL = {"$type", "kind", "etag", "listing_id"}  # what a publisher's own words or the order of its rows hang on
WORDS = {"tag", "tags", "dimension_values"}  # texts of one word, which are kept as they are
PUBLIC = {"label", "dimension_values"}  # what feeds the names of offers and of cities
CODED_EVERY, WRONG_EVERY = 5, 10  # one record in so many


@dataclass
class Canaries:
    """Gives each place (a field of a source) its own number, and reads the numbers back."""

    places: list[str] = field(default_factory=list)
    planted: int = 0

    def number(self, place: str) -> str:
        self.planted += 1
        if place not in self.places:
            self.places.append(place)
        return f"{self.places.index(place):04d}"

    def found(self, text: str) -> set[str]:
        """Places whose canary stands in a text; a secret of the publishers is named as such."""
        likely = LIKELY.search(text) is not None or "canarizh" in text.casefold()
        traces = {m["number0"] or m["first"] + m["last"] for m in TRACE.finditer(text)} if likely else set()
        return {self.places[int(number)] if int(number) < len(self.places) else number for number in traces} | {
            f"secret {match.group()[:12]}…" for match in SECRET.finditer(text)
        }

    def person(self, place: str) -> str:
        """Everything that tells a person, as an unbounded text may."""
        number = self.number(place)
        return f"Nolwenn Canarizh{number} {self.reachable(place)}"

    def reachable(self, place: str) -> str:
        """How a person may be reached, without the name."""
        number = self.number(place)
        phone = f"06 39 98 {number[:2]} {number[2:]}"
        return f"zoe.canarizh{number}@exemple.fr {phone} @zoe_canarizh{number}@mastodon.example"

    def identity(self, place: str, value: Any) -> str:
        """An identifier of the same kind as ``value``."""
        number, text = self.number(place), str(value)
        if _PHONE.fullmatch(text):
            return f"063998{number}"
        if _EMAIL.fullmatch(text):
            return f"zoe.canarizh{number}@exemple.fr"
        if text.startswith("http"):
            return f"{text}/zoe.canarizh{number}@exemple.fr"
        user, at, host = text.partition("@")
        return f"{user}canarizh{number}{at}{host}"


class CanaryDrop:
    """A drop whose files have persons above and below their table."""

    def __init__(self, source: str, inner: Drop, canaries: Canaries) -> None:
        self.source, self.inner, self.canaries = source, inner, canaries
        self.kind, self.first_night = inner.kind, inner.first_night

    def files(self, clock: Clock) -> list[DroppedFile]:
        return [self._signed(file) if file.layout.headed else file for file in self.inner.files(clock)]

    def _signed(self, file: DroppedFile) -> DroppedFile:
        place, layout = f"{self.source} {self.kind}", file.layout
        beside = layout.delimiter * len(file.rows()[0])  # as a spreadsheet pads a title; a field will be added
        above = (f"Établi par {self.canaries.person(f'{place} (above the table)')}{beside}", *layout.above)
        below = (*layout.below, f"Source : {self.canaries.person(f'{place} (below the table)')}{beside}")
        return replace(file, layout=replace(layout, above=above, below=below))


class CanaryPublisher(Publisher):
    """A simulated publisher that plants canaries in its records, and ``malformed`` what holds some.

    ``malformed``: what is sent instead of an answer that holds canaries: ``truncate``, ``html-error``,
    ``error-in-200``, ``refused``; nothing for whole answers. ``spoilt`` counts such answers. What comes back in
    requests is taken out of them.
    """

    def __init__(
        self, source: str, inner: Publisher, canaries: Canaries, inventory: Inventory, malformed: str = ""
    ) -> None:
        if isinstance(inner, FileDrop):
            inner = type(inner)(CanaryDrop(source, inner.drop, canaries), token=inner.token)
        self.source, self.inner, self.canaries, self.malformed = source, inner, canaries, malformed
        self.spoilt = 0
        self.first_night = inner.first_night
        self.treatments = _treatments(inventory, source)
        # The watched accounts are institutions; connectors recognise by their address what they asked for.
        self.known = {account.address for account in load_config().accounts}
        self.is_tabular = isinstance(inner, FileDrop | InsideAirbnb)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def error(self, status: int, message: str) -> Answer:
        return self.inner.error(status, message)

    def throttled(self, *, for_the_day: bool) -> Answer:
        return self.inner.throttled(for_the_day=for_the_day)

    def error_in_200(self, answer: Answer) -> Answer:
        return self.inner.error_in_200(answer)

    def answer(self, ask: Ask) -> Answer:
        before = self.canaries.planted
        answer = self.inner.answer(self._asked(ask))
        if answer.chunks is not None:
            answer.chunks = list(answer.chunks)
        if isinstance(self.inner, FileDrop) and isinstance(answer.payload, list):
            self._rename_files(answer.payload)
        if not self.malformed or self.canaries.planted == before or answer.status != 200:
            return answer
        self.spoilt += 1
        return self._spoilt(answer)

    def _asked(self, ask: Ask) -> Ask:
        """The request without canaries, and records to be planted."""
        clean = replace(ask, path=_without(ask.path), touch=self.touch)
        if _PLANTED.search(unquote(ask.raw_query)):
            query = QueryParams([(name, _without(value)) for name, value in ask.query.multi_items()])
            clean = replace(clean, query=query, raw_query=str(query))
        if _PLANTED.search(ask.body.decode("utf-8", "replace")):
            clean = replace(clean, body=_without(ask.body.decode()).encode())
        return clean

    def _rename_files(self, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            stem, _, suffix = entry["name"].rpartition(".")
            entry["name"] = f"{stem} de Mme Nolwenn Canarizh{self.canaries.number(f'{self.source} file_name')}.{suffix}"

    def _spoilt(self, answer: Answer) -> Answer:
        place = f"{self.source} ({self.malformed})"
        person = self.canaries.person(place)
        if self.malformed == "truncate":
            body = msgspec.json.encode(answer.payload) if answer.chunks is None else b"".join(answer.chunks)
            return replace(answer, payload=None, chunks=[body[: len(body) * 3 // 5]])
        if self.malformed == "html-error":
            return Answer(
                chunks=[HTML.replace(b"en cours", f"en cours. {person}".encode())],
                media_type="text/html; charset=utf-8",
            )
        if self.malformed == "refused":
            return self.inner.error(400, f"The value '{person}' is not valid")
        spoilt = self.inner.error_in_200(answer)
        if spoilt.chunks is not None:
            spoilt.chunks = [b"".join(spoilt.chunks).replace(b'"message": "', f'"message": "{person} '.encode())]
        elif isinstance(spoilt.payload, dict):
            spoilt.payload = _told(spoilt.payload, person)
        return spoilt

    def touch(self, kind: str, records: Iterable[Any]) -> Iterator[Any]:
        """Plant canaries in records of a kind."""
        for at, record in enumerate(records):
            if kind == "tsv":
                person = self.canaries.person(f"{self.source} {kind}.unit")
                yield record.replace(",NR,", f",NR {person},", 1) if at % CODED_EVERY == 4 else record
            elif kind == "jsonstat":
                yield {**record, "label": f"{record['label']} {self.canaries.person(f'{self.source} {kind}.label')}"}
            else:
                yield self._record(kind, record, at)

    def _record(self, kind: str, record: dict[str, Any], at: int) -> Any:
        place = f"{self.source} {kind}"
        known = self.inner.kinds[kind]
        if at % WRONG_EVERY == WRONG_EVERY - 1 and not known.snapshot and not self.is_tabular:
            return self.canaries.person(f"{place} (a text in place of the record)")
        wrong = at % WRONG_EVERY in (WRONG_EVERY - 2, WRONG_EVERY - 3) and not known.snapshot
        planted = self._planted(known, place, "", record, is_coded=at % CODED_EVERY == CODED_EVERY - 1, above=())
        if wrong:
            planted = self._retyped(known, place, planted, as_list=at % WRONG_EVERY == WRONG_EVERY - 2, above=())
        added = f"{place} (an added field)"
        name = "champ_ajoute" if self.is_tabular else self.canaries.person(f"{added}'s name")
        return {**planted, name: self.canaries.person(added)}

    def _person(self, place: str, above: tuple[str, ...]) -> str:
        """A person, but where names of persons may stand: there, how to reach them."""
        is_public = any("public_name" in self.treatments.get(plain_name(name), ()) for name in above)
        return self.canaries.reachable(place) if is_public or PUBLIC & set(above) else self.canaries.person(place)

    def _planted(
        self, kind: RecordKind, place: str, name: str, value: Any, *, is_coded: bool, above: tuple[str, ...]
    ) -> Any:
        above = (*above, name)
        if isinstance(value, dict):
            return {
                key: self._planted(kind, f"{place}.{key}", key, inner, is_coded=is_coded, above=above)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._planted(kind, place, name, inner, is_coded=is_coded, above=above) for inner in value]
        treatments = self.treatments.get(plain_name(name), set())
        if value in (None, "") and treatments == {"free_text"}:
            return self.canaries.person(place)
        if isinstance(value, bool) or value in (None, "", *self.known) or name in PROTOCOL:
            return value
        if "pseudonym" in treatments:
            return self.canaries.identity(place, value)
        if not isinstance(value, str):
            return value
        if name in kind.codes or name in kind.keys or (treatments and not treatments & IDENTIFYING):
            return f"{value} {self.canaries.person(place)}" if is_coded and treatments <= {"code"} else value
        if not treatments and _BOUNDED.fullmatch(value):
            return value
        is_text = self.is_tabular or any(one in kind.texts or one in WORDS for one in above)
        if not treatments and not is_text and not re.search(r"\s", value):
            return self.canaries.identity(place, value)
        person = self._person(place, above)
        return f"{value} {html.escape(person) if 'html' in treatments else person}"

    def _retyped(self, kind: RecordKind, place: str, value: Any, *, as_list: bool, above: tuple[str, ...]) -> Any:
        """Every leaf as something else than it should be: an object or a list for a text, a text for a number."""
        if isinstance(value, dict):
            return {
                key: inner
                if key in kind.keys or key in PROTOCOL
                else self._retyped(kind, f"{place}.{key}", inner, as_list=as_list, above=(*above, key))
                for key, inner in value.items()
            }
        person = self._person(f"{place} (another type)", above)
        if isinstance(value, int | float):
            return person
        return ([person, value] if as_list else {"nom": person, "valeur": value}) if value else value


def _told(payload: Any, person: str) -> Any:
    """An error object whose texts speak of a person."""
    if isinstance(payload, dict):
        return {name: _told(inner, person) for name, inner in payload.items()}
    return f"{payload} {person}" if isinstance(payload, str) and " " in payload else payload


def _without(text: str) -> str:
    if (clean := _PLANTED.sub("", text)) != text:
        return clean
    return quote(_PLANTED.sub("", unquote(text))) if _PLANTED.search(unquote(text)) else text


def _treatments(inventory: Inventory, source_id: str) -> dict[str, set[str]]:
    """By plain name of a publisher's field, what the contract does with it."""
    found: dict[str, set[str]] = defaultdict(set)
    source = inventory.source(source_id)
    for name, own in source.streams.items():
        for field_name, spec in inventory.families[source.family].streams[name].fields.items():
            for path in (own.map.get(field_name) or spec.path or "").split("|"):
                found[plain_name(path.strip().rpartition(".")[2])].add(spec.treatment)
    return found


class Arrivals:
    """Where canaries came to the last door: stands in for the projector and notes each field that was given one."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.seen: set[tuple[str, str]] = set()

    def projector(self, source: str) -> type[Projector]:
        arrivals = self

        class Watched(Projector):
            def __init__(self, stream: Stream, *args: Any, **kwargs: Any) -> None:
                super().__init__(stream, *args, **kwargs)
                self._watched = arrivals.paths(source, stream.name)
                self._stream = stream.name

            def project(self, record: Any, context: Any) -> dict[str, Any]:
                for name, path in list(self._watched.items()):
                    if TRACE.search(str(_at(path, record, context))):
                        arrivals.seen.add((self._stream, name))
                        del self._watched[name]
                return super().project(record, context)

        return Watched

    def paths(self, source: str, stream: str) -> dict[str, str]:
        """Every field of a stream that may identify somebody, with the path of what feeds it, kept or not."""
        resolved = self.inventory.stream(source, stream).fields
        own = self.inventory.source(source).streams[stream]
        contract = self.inventory.families[self.inventory.source(source).family].streams[stream].fields
        found = {}
        for name, spec in contract.items():
            path = resolved[name].path or (own.map.get(name) if spec.treatment == "free_text" else None)
            if path is None and spec.treatment == "free_text" and name not in own.unreported:
                path = spec.path
            # The name of a file is redacted by the drop itself, before it comes to the projector.
            if spec.treatment in IDENTIFYING and path and path != "ctx.file_name" and name not in own.constants:
                found[name] = path
        return found

    def missing(self, source: str) -> set[str]:
        """``stream.field`` of what no canary ever came to."""
        streams = self.inventory.source(source).streams
        return {f"{s}.{name}" for s in streams for name in self.paths(source, s) if (s, name) not in self.seen}


def _at(path: str, record: Any, context: Any) -> Any:
    first, *rest = path.split(".")
    value = context if first == "ctx" else record.get(path) if path in record else record.get(first)
    for segment in rest if path not in record else ():
        value = value.get(segment) if isinstance(value, dict) else None
    return value


def texts_of(path: Path) -> Iterator[str]:
    """What can be read in a file of an installation: packed, columnar and database files opened."""
    if path.suffix == ".zst":
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
            yield reader.read().decode("utf-8", "replace")
    elif path.suffix == ".parquet":
        with duckdb.connect() as connection:
            rows = connection.execute(f"select cast(t as varchar) from read_parquet('{path}') as t").fetchall()
        yield "\n".join(row[0] for row in rows)
    elif path.suffix == ".duckdb":
        yield from _duckdb_texts(path)
    elif path.read_bytes()[:15] == b"SQLite format 3":
        yield from _sqlite_texts(path)
    else:
        yield path.read_bytes().decode("utf-8", "replace")


def _duckdb_texts(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
        for schema, table in tables:
            rows = connection.execute(f'select cast(t as varchar) from "{schema}"."{table}" as t').fetchall()
            yield "\n".join(row[0] for row in rows)


def _sqlite_texts(path: Path) -> Iterator[str]:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.text_factory = bytes
    tables = database.execute("select name from sqlite_master where type = 'table'").fetchall()
    for (table,) in tables:
        for row in database.execute(f'select * from "{table.decode()}"'):
            yield " ".join(cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in row)
    database.close()
    yield path.read_bytes().decode("utf-8", "replace")  # rows deleted since are still in its pages


def left_in(folder: Path, canaries: Canaries, *, but: Iterable[str] = ("secrets",)) -> list[str]:
    """``file: source kind.field`` of every canary that stands in a folder, in names of files or in what they hold."""
    found = []
    for path in sorted(folder.rglob("*")):
        shown = path.relative_to(folder)
        if set(but) & set(shown.parts):
            continue
        found += [f"{shown} (its name): {place}" for place in sorted(canaries.found(path.name))]
        if path.is_file() and not path.is_symlink():
            places = set().union(*(canaries.found(text) for text in texts_of(path)))
            found += [f"{shown}: {place}" for place in sorted(places)]
    return found
