"""Conform: accepted landing → typed bronze, one file per stream and night in a total order; the rest to quarantine.

The SQL is derived from the contract. ``stage`` computes everything without showing it; ``promote`` and ``withdraw``
make bronze agree with the verdict.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import msgspec

from comptoir.inventory.schema import DUCKDB_TYPES, FieldSpec, Stream
from comptoir.lake.landing import EARLIEST, Manifest, checked_data, file_digest, write_atomically
from comptoir.lake.verdicts import Verdict
from comptoir.settings import Settings

# A publisher's clock may run ahead of ours, and the night runs on the following day.
DAYS_AHEAD = 2
# Nights are conformed together up to so many rows; a night that has more is conformed alone.
ROWS_TOGETHER = 200_000


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The reconciliation equation of a stream-night: ``received`` is the sum of the others.

    ``erased`` and ``expired`` stay 0 until erasure and retention exist (docs/adr/0006).
    """

    received: int
    kept: int
    duplicate: int
    quarantined: int
    erased: int = 0
    expired: int = 0


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """A conformed stream-night waiting for its verdict."""

    manifest: Manifest
    counts: Counts
    min_record_on: str | None
    max_record_on: str | None
    bronze: Path
    quarantine: Path | None


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What became of everything received for a stream-night.

    ``read_from_on`` and ``min_record_on`` are missing of nights that were judged before they were kept.
    """

    source: str
    stream: str
    night: str
    attempt: int
    verdict: Verdict
    reasons: list[str]
    received: int
    kept: int
    duplicate: int
    quarantined: int
    erased: int
    expired: int
    pages: int
    bytes: int
    landed_at: str
    publisher_updated_at: str | None
    added_fields: list[str]
    bronze_sha256: str | None
    read_from_on: str | None = None
    min_record_on: str | None = None
    max_record_on: str | None


def bronze_path(settings: Settings, source: str, stream: str, night: str) -> Path:
    """Bronze file of a stream-night."""
    return settings.lake_dir / "bronze" / source / stream / f"night={night}.parquet"


def quarantine_path(settings: Settings, source: str, stream: str, night: str) -> Path:
    """Quarantine file of a stream-night."""
    return settings.lake_dir / "quarantine" / source / stream / f"night={night}.parquet"


def reconciliation_path(settings: Settings, source: str, stream: str, night: str) -> Path:
    """Reconciliation of a stream-night."""
    return settings.lake_dir / "reconciliation" / source / stream / f"night={night}.json"


def reconciled_nights(settings: Settings, source: str, stream: str) -> list[str]:
    """Nights of a stream that were conformed and judged, in order."""
    folder = settings.lake_dir / "reconciliation" / source / stream
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    return sorted(name[len("night=") : -len(".json")] for name in names if name.startswith("night="))


def read_reconciliation(settings: Settings, source: str, stream: str, night: str) -> Reconciliation:
    """What became of a stream-night."""
    return msgspec.json.decode(reconciliation_path(settings, source, stream, night).read_bytes(), type=Reconciliation)


def _typed(name: str, spec: FieldSpec) -> str:
    raw = f'r."{name}"'
    if spec.type == "text[]":
        return f"case when json_type({raw}) = 'ARRAY' then from_json({raw}, '[\"VARCHAR\"]') end"
    if spec.type == "timestamp":
        return f"try_cast({raw} as timestamptz) at time zone 'UTC'"
    return f"try_cast({raw} as {DUCKDB_TYPES[spec.type]})"


def _rules(name: str, spec: FieldSpec) -> list[str]:
    raw, typed = f'cast(r."{name}" as varchar)', f't."{name}"'
    unfit = f"starts_with({raw}, '{{\"$unfit\"')"
    rules = [f"when {unfit} then 'unfit:{name}:' || json_extract_string({raw}, '$.\"$unfit\"')"]
    if spec.required:
        rules.append(f"when {raw} is null then 'missing:{name}'")
    rules.append(f"when {raw} is not null and {typed} is null then 'wrong_type:{name}'")
    if spec.min is not None:
        rules.append(f"when {typed} < {spec.min} then 'out_of_range:{name}'")
    if spec.max is not None:
        rules.append(f"when {typed} > {spec.max} then 'out_of_range:{name}'")
    if spec.type in ("date", "timestamp"):
        bounds = f"{typed} < date '{EARLIEST}'"
        bounds += "" if spec.may_lie_ahead else f" or {typed} > latest_on"
        rules.append(f"when {bounds} then 'out_of_range:{name}'")
    return rules


def _landed(stream: Stream, paths: list[Path]) -> str:
    """The landed lines of several nights, each with the path of its file."""
    fields = stream.fields.items()
    shape = ", ".join(f'"{name}" {"JSON" if spec.type == "text[]" else "VARCHAR"}' for name, spec in fields)
    return f"""
        select filename, p, s, x, r from read_json(
            [{", ".join(f"'{path}'" for path in paths)}],
            format = 'newline_delimited', compression = 'zstd', maximum_object_size = 33554432, filename = true,
            columns = {{p: 'INTEGER', s: 'BIGINT', x: 'JSON', r: 'STRUCT({shape})'}}
        )
    """


def _sql(stream: Stream, files: dict[Path, dt.date]) -> str:
    """Read landed lines, type them, name the rules each one breaks, and rank the good ones of a night by their key.

    ``files`` are the nights' landed files, each with the last day that its records may speak of.
    """
    fields = stream.fields
    typed = ", ".join(f'"{name}" := {_typed(name, spec)}' for name, spec in fields.items())
    rules = ", ".join(f"case {' '.join(_rules(name, spec))} end" for name, spec in fields.items())
    key = ", ".join(f't."{column}"' for column in stream.key)
    newest = f't."{stream.version}" desc nulls last, ' if stream.version else ""
    nights = ", ".join(f"({n}, '{path}', date '{latest}')" for n, (path, latest) in enumerate(files.items()))
    return f"""
        create or replace temp table checked as
        with landed as ({_landed(stream, list(files))}),
        typed as (
            select f.n, f.latest_on, p, s, x, r, struct_pack({typed}) as t
            from landed as r inner join (values {nights}) as f (n, filename, latest_on) using (filename)
        ),
        ruled as (
            select n, p, s, x, r, t,
                case when x is not null then ['malformed']
                     else list_filter([{rules}], lambda rule: rule is not null) end as rules
            from typed
        )
        select n, p, s, x, r, t, rules,
            case when len(rules) = 0
                 then row_number() over (partition by n, len(rules) = 0, {key} order by {newest}s desc) end as rank
        from ruled
    """


def _record_days(stream: Stream) -> str:
    """The first and the last day that the kept records speak of; a month speaks of all its days."""
    if stream.dated_by is None:
        return "null, null"
    first = last = f't."{stream.dated_by}"'
    if stream.fields[stream.dated_by].type == "text":
        first = f"try_cast({first} || '-01' as date)"
        last = f"last_day({first})"
    present = f' and t."{stream.dated_with}" is not null' if stream.dated_with else ""
    kept = f"filter (where rank = 1{present})"
    return f"cast(min({first}) {kept} as date), cast(max({last}) {kept} as date)"


def stage(
    settings: Settings, stream: Stream, manifests: list[Manifest], timezone: str, connection: duckdb.DuckDBPyConnection
) -> list[Staged]:
    """Conform nights that a stream landed into staged files, in their order; nothing downstream sees them yet.

    Times without a zone are read in the publisher's ``timezone``; bronze holds UTC. What a night becomes does not
    depend on the nights beside it. The in-memory ``connection`` may serve any number of streams, one after the other.

    Raises:
        LakeError: a landed file is not the one of its manifest.
    """
    connection.execute(f"set TimeZone = '{timezone}'")
    staged: list[Staged] = []
    for several in _by_size(manifests):
        staged += _stage_together(settings, stream, several, connection)
    return staged


def _by_size(manifests: list[Manifest]) -> Iterator[list[Manifest]]:
    """Cut a list of nights into parts that are conformed in one pass each: memory is bounded, whatever the list."""
    together: list[Manifest] = []
    rows = 0
    for manifest in manifests:
        if together and rows + manifest.received > ROWS_TOGETHER:
            yield together
            together, rows = [], 0
        together.append(manifest)
        rows += manifest.received
    if together:
        yield together


def _stage_together(
    settings: Settings, stream: Stream, manifests: list[Manifest], connection: duckdb.DuckDBPyConnection
) -> list[Staged]:
    connection.execute(_sql(stream, {checked_data(settings, one): _latest(one) for one in manifests}))
    found = connection.execute(f"""
        select n, count(*), count(*) filter (where rank = 1), count(*) filter (where rank > 1),
               count(*) filter (where rank is null), {_record_days(stream)}
        from checked group by n
    """).fetchall()
    counted = {n: (Counts(received=r, kept=k, duplicate=d, quarantined=q), days) for n, r, k, d, q, *days in found}
    nothing = (Counts(received=0, kept=0, duplicate=0, quarantined=0), [None, None])
    staged = []
    for n, manifest in enumerate(manifests):
        counts, days = counted.get(n, nothing)
        bronze, quarantine = _write(settings, stream, manifest, n, counts, connection)
        oldest_on, newest_on = (day.isoformat() if day else None for day in days)
        staged.append(
            Staged(
                manifest=manifest,
                counts=counts,
                min_record_on=oldest_on,
                max_record_on=newest_on,
                bronze=bronze,
                quarantine=quarantine,
            )
        )
    return staged


def _latest(manifest: Manifest) -> dt.date:
    """The last day that a night's records may speak of."""
    landed_on = dt.datetime.fromisoformat(manifest.landed_at).date()
    return max(landed_on, dt.date.fromisoformat(manifest.night)) + dt.timedelta(days=DAYS_AHEAD)


def _write(
    settings: Settings,
    stream: Stream,
    manifest: Manifest,
    n: int,
    counts: Counts,
    connection: duckdb.DuckDBPyConnection,
) -> tuple[Path, Path | None]:
    """Write the staged files of the ``n``-th night of the checked lines; there is no quarantine of no row."""
    folder = settings.lake_dir / "bronze" / ".staged"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{manifest.source}.{manifest.stream}.{manifest.night}.{manifest.attempt:04d}"
    bronze, quarantine = folder / f"{stem}.parquet", folder / f"{stem}.quarantine.parquet"
    columns = ", ".join(f't."{name}" as "{name}"' for name in stream.fields)
    order = ", ".join(f't."{name}"' for name in stream.key)
    connection.execute(f"""
        copy (select {columns}, '{manifest.source}' as _source, date '{manifest.night}' as _night
              from checked where n = {n} and rank = 1 order by {order})
        to '{bronze}' (format parquet, compression zstd)
    """)
    if not counts.quarantined:
        return bronze, None
    connection.execute(f"""
        copy (select {manifest.attempt} as attempt, p as page, s as sequence, rules,
                     coalesce(x, to_json(r)) as record
              from checked where n = {n} and rank is null order by s)
        to '{quarantine}' (format parquet, compression zstd)
    """)
    return bronze, quarantine


def settle_files(settings: Settings, staged: Staged, verdict: Verdict, reasons: list[str]) -> Reconciliation:
    """Make bronze, quarantine and reconciliation of a stream-night agree with its verdict.

    Accepted: the staged bronze replaces the night's file. Held: the night has no bronze file.
    """
    manifest = staged.manifest
    where = (settings, manifest.source, manifest.stream, manifest.night)
    bronze, quarantine = bronze_path(*where), quarantine_path(*where)
    digest = None
    quarantine.parent.mkdir(parents=True, exist_ok=True)
    if staged.quarantine:
        staged.quarantine.replace(quarantine)
    else:
        quarantine.unlink(missing_ok=True)
    if verdict == "accepted":
        digest = file_digest(staged.bronze)
        bronze.parent.mkdir(parents=True, exist_ok=True)
        staged.bronze.replace(bronze)
    else:
        staged.bronze.unlink()
        bronze.unlink(missing_ok=True)
    reconciliation = Reconciliation(
        source=manifest.source,
        stream=manifest.stream,
        night=manifest.night,
        attempt=manifest.attempt,
        verdict=verdict,
        reasons=reasons,
        **msgspec.structs.asdict(staged.counts),
        pages=manifest.pages,
        bytes=manifest.bytes,
        landed_at=manifest.landed_at,
        publisher_updated_at=manifest.publisher_updated_at,
        added_fields=manifest.added_fields,
        bronze_sha256=digest,
        read_from_on=manifest.read_from_on,
        min_record_on=staged.min_record_on,
        max_record_on=staged.max_record_on,
    )
    write_atomically(reconciliation_path(*where), msgspec.json.format(msgspec.json.encode(reconciliation)))
    return reconciliation
