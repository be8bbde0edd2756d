from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from comptoir.serving.contract import SERVED_TABLES
from comptoir.settings import Settings

SERVED_SQL = (Path(__file__).parent / "served.sql").read_text(encoding="utf-8")
RESTRICTED = {table.name for table in SERVED_TABLES if table.file == "restricted"}
MakeVersion = Callable[..., Path]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path / "var"))
    return Settings()


@pytest.fixture
def make_version(tmp_path: Path) -> MakeVersion:
    """Write a version's files from ``served.sql``, changed by SQL ``before`` the split, ``after`` in the public one."""

    def make(name: str, *before: str, after: tuple[str, ...] = (), night: str = "2026-11-20") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        with duckdb.connect(":memory:") as connection:
            connection.execute(SERVED_SQL)
            connection.execute("alter table dim_account drop author_id")
            for statement in before:
                connection.execute(statement)
            tables = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
            for file in ("comptoir", "restricted"):
                connection.execute(f"attach '{folder / file}.duckdb' as {file}")
                for table in tables:
                    if (table in RESTRICTED) == (file == "restricted"):
                        connection.execute(f"create table {file}.main.{table} as from memory.main.{table}")
                connection.execute(
                    f"create table {file}.main.publication as select '{name}' as version_id, date '{night}' as night"
                )
            connection.execute("use comptoir")
            for statement in after:
                connection.execute(statement)
            connection.execute("use memory")
            connection.execute("detach comptoir")
            connection.execute("detach restricted")
        return folder

    return make
