"""Write a version's two files from the warehouse, and say what a file's content is."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import duckdb

from comptoir.serving import contract
from comptoir.serving.contract import FILES, ServedTable
from comptoir.settings import ComptoirError, Settings

PUBLICATION_COLUMNS = (
    "version_id varchar, night date, published_at timestamp, is_demo boolean, banner_fr varchar, content_sha256 varchar"
)


def build_version(
    settings: Settings,
    night: dt.date,
    version_id: str,
    *,
    published_at: dt.datetime,
    is_demo: bool,
    banner_fr: str | None,
) -> Path:
    """Copy the served tables, in the order of their keys, to ``versions/.building-<version_id>/``.

    Args:
        settings: where the warehouse and the versions are.
        night: the night that the version shows.
        version_id: name of the version.
        published_at: UTC, without zone.
        is_demo: whether the figures are simulated or replayed.
        banner_fr: what every dashboard says of these figures, if anything.

    Raises:
        ComptoirError: the warehouse is absent or being written, or a declared table is missing or ambiguous.
    """
    if not settings.warehouse_path.exists():
        raise ComptoirError(f"No warehouse at {settings.warehouse_path}. Run `comptoir night` for a night first.")
    folder = settings.serving_dir / "versions" / f".building-{version_id}"
    folder.mkdir(parents=True)
    with closing(duckdb.connect(":memory:")) as connection:
        # A copy of more than two seconds would draw a bar into the task's log.
        connection.execute("set enable_progress_bar = false")
        try:
            _attach(connection, settings.warehouse_path, "warehouse", read_only=True)
        except duckdb.IOException as error:
            raise ComptoirError(
                f"The warehouse {settings.warehouse_path} is being written by another process: {error} Wait for the"
                " build to end, then publish again."
            ) from error
        places = _places(connection, contract.SERVED_TABLES)
        hashes: list[str] = []
        for file in FILES:
            _attach(connection, folder / f"{file}.duckdb", file)
            # One transaction a file: else each table waits for the disk.
            connection.execute("begin")
            for table in (table for table in contract.SERVED_TABLES if table.file == file):
                _copy(connection, table, places[table.name])
            connection.execute("commit")
            hashes.append(_content_hash(connection, file))
        content = hashlib.sha256("".join(hashes).encode()).hexdigest()
        for file in FILES:
            connection.execute(f"create table {file}.main.publication ({PUBLICATION_COLUMNS})")
            connection.execute(
                f"insert into {file}.main.publication values ($1, $2, $3, $4, $5, $6)",
                [version_id, night, published_at, is_demo, banner_fr, content],
            )
            connection.execute(f"detach {file}")
    return folder


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = False) -> None:
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name}{' (read_only)' if read_only else ''}")


def _places(connection: duckdb.DuckDBPyConnection, tables: Iterable[ServedTable]) -> dict[str, str]:
    """The warehouse schema of each declared table: dbt decides it, so it is looked up by the table's name."""
    found: dict[str, list[str]] = {}
    for name, schema in connection.execute(
        "select table_name, table_schema from information_schema.tables where table_catalog = 'warehouse' order by all"
    ).fetchall():
        found.setdefault(name, []).append(schema)
    wanted = [table.name for table in tables]
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ComptoirError(
            f"The warehouse does not hold {', '.join(missing)}, declared in serving/contract.py. Look at what dbt"
            " said in the build's log and build again. Nothing was published."
        )
    twice = {name: found[name] for name in wanted if len(found[name]) > 1}
    if twice:
        where = "; ".join(f"{name} in {', '.join(schemas)}" for name, schemas in twice.items())
        raise ComptoirError(
            f"The warehouse holds several tables of one name ({where}): drop the schemas that dbt no longer builds, or"
            " rebuild the warehouse from the lake. Nothing was published."
        )
    return {name: found[name][0] for name in wanted}


def _copy(connection: duckdb.DuckDBPyConnection, table: ServedTable, schema: str) -> None:
    columns = [
        name
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_catalog = 'warehouse'"
            " and table_schema = $1 and table_name = $2 order by ordinal_position",
            [schema, table.name],
        ).fetchall()
    ]
    absent = [column for column in table.key if column not in columns]
    if absent:
        raise ComptoirError(
            f"{table.name} has no column {', '.join(absent)}, its key in serving/contract.py. Correct the key there,"
            " or the model. Nothing was published."
        )
    kept = ", ".join(f'"{column}"' for column in columns if column not in table.without)
    # The key first, then every column: two rows of one key would otherwise come in any order.
    order = ", ".join(f'"{column}"' for column in table.key)
    connection.execute(
        f'create table {table.file}.main."{table.name}" as select {kept} from warehouse."{schema}"."{table.name}"'
        f" order by {order}, {kept}"
    )


def content_hash(path: Path) -> str:
    """SHA-256 over the tables of a served file: their columns and rows, whatever the order they are stored in.

    The table ``publication`` is left out: it says when, not what. Each row is hashed by DuckDB (64 bits) and the hashes
    are added up, which needs no sort and no memory; it detects a change, it is no signature against forgery. Another
    version of DuckDB may hash otherwise: the next publication is then told as new.
    """
    with closing(duckdb.connect(":memory:")) as connection:
        _attach(connection, path, "served", read_only=True)
        return _content_hash(connection, "served")


def _content_hash(connection: duckdb.DuckDBPyConnection, database: str) -> str:
    digest = hashlib.sha256()
    tables = connection.execute(
        "select table_name, list((column_name, data_type) order by column_index) from duckdb_columns()"
        " where database_name = $1 and schema_name = 'main' and table_name <> 'publication' group by all order by all",
        [database],
    ).fetchall()
    for name, columns in tables:
        # DuckDB's hash takes an empty list, and a list of nothing, for no list: lists are hashed as text.
        values = (
            f'"{column}"' if type_name.isidentifier() else f'to_json("{column}")' for column, type_name in columns
        )
        rows = connection.execute(
            f'select count(*), sum(hash(hash({", ".join(values)}))::hugeint) from {database}.main."{name}"'
        ).fetchone()
        digest.update(repr((name, columns, rows)).encode())
    return digest.hexdigest()


def version_content_hash(folder: Path) -> str:
    """The content of a version, both its files together: what ``publication.content_sha256`` says."""
    return hashlib.sha256("".join(content_hash(folder / f"{file}.duckdb") for file in FILES).encode()).hexdigest()
