"""The open data: the public KPIs of a published version as CSV and Parquet, described by a Table Schema."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from comptoir.serving.versions import current_dir
from comptoir.settings import ComptoirError, Settings
from comptoir.warehouse.dictionary import Table, public_tables

# https://specs.frictionlessdata.io/table-schema/#types-and-formats
_TYPES = {
    "varchar": "string",
    "double": "number",
    "integer": "integer",
    "bigint": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
}


@dataclass(frozen=True)
class _Resource:
    """One table of the package: which rows of which table, and what its rows refer to."""

    name: str
    table: str
    rows: str
    foreign_keys: tuple[tuple[str, str], ...] = ()


# Only KPIs that the catalogue calls public, and what is needed to read them.
_RESOURCES = (
    _Resource(
        "kpi_month",
        "kpi_month",
        "kpi_id in (select kpi_id from served.dim_kpi where is_public)",
        (("kpi_id", "kpi"), ("territory_id", "territory")),
    ),
    _Resource("kpi", "dim_kpi", "is_public"),
    _Resource("territory", "dim_territory", "territory_id in (select territory_id from served.kpi_month)"),
)


def export_open_data(settings: Settings, target: Path) -> Path:
    """Write the current version's public KPIs to ``target/<version>/``, whole or not at all; returns that folder.

    A Data Package (``datapackage.json``) of three tables, each as CSV (UTF-8, comma, empty where there is no value) and
    as Parquet: KPIs by territory, month, public and channel; their catalogue; the territories. Figures that are
    withheld are in it without a value, with their reason.

    Args:
        settings: where the served versions are.
        target: folder for exports; it is made if it is not there.

    Raises:
        ComptoirError: nothing is published yet, or the version was exported there before.
    """
    version = current_dir(settings)
    if version is None:
        raise ComptoirError(
            f"Nothing is published under {settings.serving_dir}. Run `comptoir night` for a night first."
        )
    folder = target / version.name
    if folder.exists():
        raise ComptoirError(f"{folder} is there already: a version never changes. Remove it to write it again.")
    building = target / f".building-{version.name}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute(f"attach '{_quoted(version / 'comptoir.duckdb')}' as served (read_only)")
        tables = public_tables()
        resources = [_write(connection, resource, tables[resource.table], building) for resource in _RESOURCES]
        package = _package(connection, resources)
    (building / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1), encoding="utf-8")
    building.rename(folder)
    return folder


def _write(connection: duckdb.DuckDBPyConnection, resource: _Resource, table: Table, folder: Path) -> dict[str, Any]:
    columns = [row[0] for row in connection.execute(f"describe served.{table.name}").fetchall()]
    rows = f"select * from served.{table.name} where {resource.rows} order by {', '.join(table.key)}"
    for extension, options in (("csv", "format csv, header, dateformat '%Y-%m-%d'"), ("parquet", "format parquet")):
        path = folder / f"{resource.name}.{extension}"
        connection.execute(f"copy ({rows}) to '{_quoted(path)}' ({options})")
    described = {column.name: column for column in table.columns}
    return {
        "name": resource.name,
        "path": f"{resource.name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "description": f"{table.grain}. {table.description}".strip(),
        "comptoir:parquet": f"{resource.name}.parquet",
        "schema": {
            "fields": [
                {
                    "name": name,
                    "type": _TYPES.get(re.sub(r"\(.*\)", "", described[name].data_type), "string"),
                    "description": described[name].description,
                    **({"constraints": {"required": True}} if name in table.key else {}),
                }
                for name in columns
            ],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": field, "reference": {"resource": other, "fields": field}}
                for field, other in resource.foreign_keys
            ],
        },
    }


def _package(connection: duckdb.DuckDBPyConnection, resources: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = connection.execute(
        "select version_id, night, published_at, is_demo, banner_fr from served.publication"
    ).fetchall()
    version_id, night, published_at, is_demo, banner = row
    return {
        "profile": "tabular-data-package",
        "name": "comptoir-kpi",
        "title": "Indicateurs publics du territoire",
        "description": banner or f"Indicateurs publiés après la nuit du {night}.",
        "version": version_id,
        "created": f"{published_at.isoformat(timespec='seconds')}Z",
        "comptoir:is_demo": is_demo,
        "resources": resources,
    }


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
