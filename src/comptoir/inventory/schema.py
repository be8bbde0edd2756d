"""The inventory: what is read from whom, under which contract. Everything derived from it is derived here-after."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from comptoir.inventory.options import READER_OPTIONS, check_options, with_defaults
from comptoir.settings import ComptoirError, read_yaml

INVENTORY_DIR = Path(__file__).parent
ColumnType = Literal["text", "bigint", "double", "boolean", "date", "timestamp", "text[]"]
Treatment = Literal[
    "context",
    "pseudonym",
    "code",
    "number",
    "flag",
    "time",
    "text",
    "free_text",
    "html",
    "public_name",
    "coarse_location",
]
Domain = Literal["social", "tourism", "gru"]

SUNDAY = 7  # ISO

OPEN_LICENCES = frozenset({"Licence Ouverte 2.0", "ODbL", "CC BY 4.0"})

DUCKDB_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "text[]": "VARCHAR[]",
}


class InventoryError(ComptoirError):
    """A YAML file of the inventory breaks the schema."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Where(_Strict):
    """A condition on another field of the same record: its raw value, or one of a list, matches whole (any case)."""

    field: str
    matches: str


class Public(_Strict):
    """Why names of persons may stand in a name: ``Musée Jean Moulin``, ``SAINT MARTIN DES CHAMPS`` name no visitor.

    ``of: territory`` (communes, districts) holds whatever the licence; an ``institution`` (museums, monuments) and a
    ``business`` only where the source's licence is open. A business may be its owner: a name that is nothing but a
    person's, or that says Mme or M., is redacted like any text, and so is the name of whatever is not ``only_where``.
    """

    of: Literal["territory", "institution", "business"]
    because: str = Field(min_length=20)
    only_where: Where | None = None


class FieldSpec(_Strict):
    """One column of a stream: where it comes from, its type, and what is done to it before it is written.

    ``treatment`` is how people are protected: only declared fields reach the disk, each through its treatment.
    ``free_text`` is what citizens wrote to an authority: not kept unless the source says why (``free_text`` there).
    ``public_name`` is a place's: e-mails and numbers are redacted in it, names of persons are not (``public``).
    """

    path: str | None = Field(default=None, alias="from", description="dotted path in the publisher's record")
    type: ColumnType
    treatment: Treatment
    kind: str | None = Field(default=None, description="kind of identity, for pseudonyms")
    public: Public | None = None
    required: bool = False
    optional: bool = Field(default=False, description="the publisher omits it when it has nothing to say")
    may_lie_ahead: bool = Field(default=False, description="a day to come, as an announced event has")
    pattern: str | None = None
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _coherent(self) -> FieldSpec:
        if (self.treatment == "pseudonym") != (self.kind is not None):
            raise ValueError("'kind' goes with treatment 'pseudonym', and only with it")
        if (self.treatment == "public_name") != (self.public is not None):
            raise ValueError("'public' (of what, because) goes with treatment 'public_name', and only with it")
        if self.treatment == "code" and not self.pattern:
            raise ValueError("a field kept as a code needs a 'pattern': anything could hide in it")
        if self.pattern:
            re.compile(self.pattern)
        return self


class LongReRead(_Strict):
    """A longer window than every night's, once a week (the night of Sunday) or once a month (that of the 1st)."""

    every: Literal["week", "month"]
    days: int = Field(gt=0)

    def falls_on(self, night: dt.date) -> bool:
        """Tell whether a night asks for the longer window: the calendar alone decides, whatever ran before."""
        return night.isoweekday() == SUNDAY if self.every == "week" else night.day == 1


class Stream(_Strict):
    """The contract of one stream of a protocol family. Grain: see ``grain``; key unique within a night."""

    name: str
    description: str
    grain: str
    key: list[str] = Field(min_length=1)
    version: str | None = Field(description="the publisher's own version column, if it has one")
    dated_by: str | None = Field(default=None, description="a date, a time or a YYYY-MM month: how far the data go")
    dated_with: str | None = Field(default=None, description="only records that have this column date the data")
    re_read_days: int = Field(ge=0)
    long_re_read: LongReRead | None = None
    observable_later: bool = Field(description="false: what a past night showed cannot be asked again")
    options: dict[str, str | None] = Field(
        default_factory=dict, description="option that a source's stream may give -> default; null: none"
    )
    fields: dict[str, FieldSpec]
    ignored: frozenset[str] = frozenset()

    def window_days(self, night: dt.date) -> int:
        """How many days back a night asks again."""
        if self.long_re_read and self.long_re_read.falls_on(night):
            return self.long_re_read.days
        return self.re_read_days

    @model_validator(mode="after")
    def _long_is_longer(self) -> Stream:
        if self.long_re_read and self.long_re_read.days <= self.re_read_days:
            raise ValueError(f"stream '{self.name}': long_re_read asks no further back than re_read_days")
        return self

    @model_validator(mode="after")
    def _columns_exist(self) -> Stream:
        for column in [*self.key, self.version, self.dated_by, self.dated_with]:
            if column is not None and column not in self.fields:
                raise ValueError(f"stream '{self.name}': '{column}' (key, version or dated_*) is not a field")
        for name, spec in self.fields.items():
            where = spec.public.only_where if spec.public else None
            if where is not None and where.field not in self.fields:
                raise ValueError(
                    f"stream '{self.name}': '{name}' is public only where '{where.field}', which is no field"
                )
        return self


class Family(_Strict):
    """A protocol family: one connector module, one staging model per stream."""

    family: str
    domain: Domain
    connector: str
    reads_files: bool = Field(default=False, description="a file is loaded once, whichever night first sees it")
    options: dict[str, str | None] = Field(
        default_factory=dict, description="option that a source may give for all its streams -> default; null: none"
    )
    streams: dict[str, Stream]


class Gate(_Strict):
    """Bounds of the landing gate. Volumes are compared with the median of the last 28 accepted nights."""

    max_quarantined_share: float = Field(ge=0, le=1)
    min_volume_ratio: float = Field(ge=0)
    max_volume_ratio: float = Field(gt=0)


class SourceStream(_Strict):
    """What a source adds to its family's contract."""

    cadence: Literal["nightly"]
    gate: Gate
    options: dict[str, str] = Field(default_factory=dict, description="with the family's defaults once loaded")
    map: dict[str, str] = Field(default_factory=dict, description="contract field -> publisher's column")
    constants: dict[str, str] = Field(default_factory=dict)
    unreported: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    free_text: dict[str, str] = Field(default_factory=dict, description="free-text field -> why it is kept")
    channels: dict[str, str] = Field(default_factory=dict, description="publisher's channel -> channel_code")
    absent_is_zero_in: list[Annotated[str, Field(pattern=r"^(country|region|departement|epci):[0-9A-Z]+$")]] = Field(
        default_factory=list,
        description="territories of which it names every commune that has any: the others have none",
    )


class Governance(_Strict):
    """What must be declared before anything of a source is read (design section 12)."""

    controller: str = Field(min_length=1)
    purpose: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1)
    personal_data: list[str]
    retention_days: int | None = Field(description="null: kept as long as the lake, for data without persons")

    @model_validator(mode="after")
    def _persons_expire(self) -> Governance:
        if self.personal_data and self.retention_days is None:
            raise ValueError("personal data needs a retention in days")
        return self


class Throttle(_Strict):
    """Pacing towards the publisher."""

    requests_per_second: float = Field(gt=0)


class Source(_Strict):
    """One instance of a protocol family: a publisher, a portal, a city."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    family: str
    title: str
    publisher: str
    base_url: str
    timezone: str
    licence: str
    owner: str
    governance: Governance
    throttle: Throttle
    options: dict[str, str] = Field(default_factory=dict, description="what holds for all streams; with the defaults")
    streams: dict[str, SourceStream]


class Inventory(_Strict):
    """All families and sources, cross-checked."""

    families: dict[str, Family]
    sources: dict[str, Source]

    def stream(self, source_id: str, stream: str) -> Stream:
        """The contract of ``stream`` as ``source_id`` fills it: paths resolved, unreported fields without a path.

        Names of establishments are redacted like any text where the source's licence is not open.
        """
        source = self.source(source_id)
        contract = self.families[source.family].streams[stream]
        own = source.streams[stream]
        off = {name for name, spec in contract.fields.items() if spec.treatment == "free_text"} - set(own.free_text)
        closed = frozenset() if source.licence in OPEN_LICENCES else _names_of_establishments(contract)
        if not (own.map or own.constants or own.unreported or own.ignored or off or closed):
            return contract
        paths = {name: own.map.get(name, spec.path) for name, spec in contract.fields.items()}
        # A text that is not kept is known, so that its presence is no news, and read by nobody.
        ignored = {path.split(".")[0] for name in off if (path := paths[name])}
        as_text = {"treatment": "text", "public": None}
        fields = {
            name: spec.model_copy(
                update={
                    "path": None if name in own.unreported | off else paths[name],
                    **(as_text if name in closed else {}),
                }
            )
            for name, spec in contract.fields.items()
        }
        return contract.model_copy(update={"fields": fields, "ignored": contract.ignored | own.ignored | ignored})

    def source(self, source_id: str) -> Source:
        """The source of that id.

        Raises:
            InventoryError: no such source; lists those that exist.
        """
        if source_id not in self.sources:
            raise InventoryError(f"No source '{source_id}' in the inventory. Known: {', '.join(sorted(self.sources))}.")
        return self.sources[source_id]

    def domain(self, source_id: str) -> Domain:
        """``social``, ``tourism`` or ``gru``."""
        return self.families[self.source(source_id).family].domain

    @model_validator(mode="after")
    def _sources_fit_families(self) -> Inventory:
        for source in self.sources.values():
            if source.family not in self.families:
                raise ValueError(f"source '{source.id}': unknown family '{source.family}'")
            family = self.families[source.family]
            check_options(f"source '{source.id}'", source.options, family.options)
            for name, own in source.streams.items():
                if name not in family.streams:
                    raise ValueError(f"source '{source.id}': family '{family.family}' has no stream '{name}'")
                check_options(f"source '{source.id}', stream '{name}'", own.options, family.streams[name].options)
                fields = family.streams[name].fields
                named = {*own.map, *own.constants, *own.unreported, *own.free_text}
                if strangers := named - set(fields):
                    raise ValueError(f"source '{source.id}', stream '{name}': not in the contract: {sorted(strangers)}")
                for field, spec in fields.items():
                    if field in own.free_text and spec.treatment != "free_text":
                        raise ValueError(f"source '{source.id}', stream '{name}': '{field}' is no free text")
                    if spec.path is None and field not in named:
                        raise ValueError(
                            f"source '{source.id}', stream '{name}': say where '{field}' comes from "
                            "(map, constants) or list it under unreported"
                        )
                    if spec.required and field in own.unreported:
                        raise ValueError(f"source '{source.id}', stream '{name}': '{field}' is required")
        return self


def _names_of_establishments(stream: Stream) -> frozenset[str]:
    """Fields that are public under an open licence only."""
    return frozenset(name for name, spec in stream.fields.items() if spec.public and spec.public.of != "territory")


def _read(path: Path) -> dict[str, Any]:
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InventoryError(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise InventoryError(f"{path.name} must hold one mapping.")
    return content


def _family(path: Path) -> dict[str, Any]:
    """Read a family file; ``like`` makes a stream start from another one's fields."""
    raw = _read(path)
    streams: dict[str, Any] = raw["streams"]
    for name, stream in streams.items():
        stream["name"] = name
        if raw["connector"].startswith("comptoir.connectors.files."):
            stream["options"] = {**dict.fromkeys(READER_OPTIONS), **stream.get("options", {})}
        if like := stream.pop("like", None):
            fields = {**streams[like]["fields"], **stream["fields"]}
            stream["fields"] = {field: spec for field, spec in fields.items() if spec is not None}
            stream.setdefault("ignored", streams[like].get("ignored", []))
    return raw


def _filled(source: Source, families: Mapping[str, Family]) -> Source:
    """The source with its family's defaults for the options that it does not give."""
    family = families.get(source.family)
    if family is None:
        return source
    streams = {
        name: own.model_copy(update={"options": with_defaults(family.streams[name].options, own.options)})
        if name in family.streams
        else own
        for name, own in source.streams.items()
    }
    return source.model_copy(update={"options": with_defaults(family.options, source.options), "streams": streams})


def load_inventory(directory: Path = INVENTORY_DIR) -> Inventory:
    """Read and check every YAML file of the inventory (cached by file content).

    Raises:
        InventoryError: names the file, the key and the reason.
    """
    files = sorted([*directory.glob("families/*.yml"), *directory.glob("sources/*.yml")])
    return _load(directory, tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _load(directory: Path, files: tuple[tuple[Path, int], ...]) -> Inventory:
    families: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    try:
        for path, _ in files:
            if path.parent.name == "families":
                families[path.stem] = Family.model_validate(_family(path))
            else:
                sources[path.stem] = _filled(Source.model_validate(_read(path)), families)
                if sources[path.stem].id != path.stem:
                    raise InventoryError(f"{path.name}: the id must be the file's name, '{path.stem}'.")
        return Inventory(families=families, sources=sources)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise InventoryError(f"The inventory under {directory.name}/ cannot be used: {problems}") from error
