"""What dbt knows of the inventory: its sources, and the seeds that its models join.

A dbt source is a protocol family, its tables the family's streams. They live in the schema ``bronze`` of the warehouse,
where the run's first step (``dbt/macros/warehouse/begin_run.sql``) makes each one a view over exactly the Parquet files
that the reconciliation says are accepted, cast to the types written here. So a family without any file yet is an empty
relation of the right types (DuckDB refuses a glob that matches nothing), one build reads one state of the lake, and no
list of files stands in the project.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import yaml

from comptoir.inventory.schema import DUCKDB_TYPES, Family, Inventory

SOURCES_PATH = Path("dbt/models/staging/_sources.generated.yml")
CHANNEL_MAP_PATH = Path("dbt/seeds/generated/channel_map.csv")
SOURCE_STREAM_PATH = Path("dbt/seeds/generated/source_stream.csv")
STREAM_COVERAGE_PATH = Path("dbt/seeds/generated/stream_coverage.csv")
# Every stream is read every night. One missed night happens; a week is a source that nobody looks after.
WARN_AFTER = {"count": 48, "period": "hour"}
ERROR_AFTER = {"count": 8, "period": "day"}
HEADER = "# generated from src/comptoir/inventory by `comptoir inventory sync`: edit the inventory, not this file\n"


def render_sources(inventory: Inventory) -> str:
    """``_sources.generated.yml``: one source per family, a table per stream, with the contract's columns and types."""
    families = [_family(inventory, family) for family in sorted(inventory.families.values(), key=lambda f: f.family)]
    document: dict[str, Any] = {"version": 2, "sources": families}
    return HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _newest_accepted_night(family: Family, stream: str) -> str:
    """When the newest accepted night ended: a night on which a drop held nothing new is as fresh as any."""
    return (
        "select cast(max(event.night) + 1 as timestamp) from meta.reconciliation as event "
        "inner join reference.source_stream as contract on event.source = contract.source_id "
        "and event.stream = contract.stream "
        f"where event.verdict = 'accepted' and contract.family = '{family.family}' and event.stream = '{stream}'"
    )


def _family(inventory: Inventory, family: Family) -> dict[str, Any]:
    return {
        "name": family.family,
        "description": f"Bronze of the protocol family {family.family}: accepted nights only.",
        "schema": "bronze",
        "tables": [
            {
                "name": stream.name,
                "identifier": f"{family.family}__{stream.name}",
                "description": f"{stream.description} One row is {stream.grain}, as one night showed it.",
                "config": {
                    "loaded_at_query": _newest_accepted_night(family, stream.name),
                    "freshness": {"warn_after": WARN_AFTER, "error_after": ERROR_AFTER},
                    "meta": {
                        "sources": sorted(
                            source.id
                            for source in inventory.sources.values()
                            if source.family == family.family and stream.name in source.streams
                        )
                    },
                },
                "columns": [
                    *({"name": name, "data_type": DUCKDB_TYPES[field.type]} for name, field in stream.fields.items()),
                    {"name": "_source", "data_type": "VARCHAR"},
                    {"name": "_night", "data_type": "DATE"},
                ],
            }
            for stream in family.streams.values()
        ],
    }


def render_channel_map(inventory: Inventory) -> str:
    """``channel_map.csv``: one line per source, stream and channel name that the publisher writes."""
    rows = [
        {"source_id": source.id, "stream": stream, "published_channel": published, "channel_code": code}
        for source in inventory.sources.values()
        for stream, own in source.streams.items()
        for published, code in own.channels.items()
    ]
    return _csv(["source_id", "stream", "published_channel", "channel_code"], rows)


def render_source_stream(inventory: Inventory) -> str:
    """``source_stream.csv``: one line per source and stream, with what models must know of its contract."""
    rows: list[dict[str, Any]] = []
    for source in inventory.sources.values():
        family = inventory.families[source.family]
        for name, own in source.streams.items():
            stream = family.streams[name]
            rows.append(
                {
                    "source_id": source.id,
                    "stream": name,
                    "source_title": source.title,
                    "family": source.family,
                    "domain": family.domain,
                    "re_read_days": stream.re_read_days,
                    "is_observable_later": stream.observable_later,
                    "is_closing_reported": bool({"closed_on", "closed_at"} & set(stream.fields) - set(own.unreported)),
                    "is_status_reported": "status" in set(stream.fields) - set(own.unreported),
                    "is_promise_reported": "promised_at" in set(stream.fields) - set(own.unreported),
                    # A night shows what changed, not what stands: absence says that nothing changed.
                    "is_changes_only": bool(stream.version) and stream.dated_by == stream.version,
                    "time_zone": source.timezone,
                    "licence": source.licence,
                }
            )
    return _csv(list(rows[0]), rows)


def render_stream_coverage(inventory: Inventory) -> str:
    """``stream_coverage.csv``: one line per source, stream and territory where a commune that is left out has none."""
    rows = [
        {"source_id": source.id, "stream": stream, "territory_id": territory}
        for source in inventory.sources.values()
        for stream, own in source.streams.items()
        for territory in own.absent_is_zero_in
    ]
    return _csv(["source_id", "stream", "territory_id"], rows)


def _csv(columns: list[str], rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: tuple(str(row[column]) for column in columns)))
    return buffer.getvalue()


def render_all(inventory: Inventory) -> dict[Path, str]:
    """Every derived file of this module: path from the project's root, and its text."""
    return {
        SOURCES_PATH: render_sources(inventory),
        CHANNEL_MAP_PATH: render_channel_map(inventory),
        SOURCE_STREAM_PATH: render_source_stream(inventory),
        STREAM_COVERAGE_PATH: render_stream_coverage(inventory),
    }
