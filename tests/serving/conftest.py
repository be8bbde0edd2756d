from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from comptoir.audit.serving import ServingVerdict
from comptoir.serving.contract import SERVED_TABLES
from comptoir.settings import Settings

SERVED_SQL = (Path(__file__).parents[1] / "audit" / "served.sql").read_text(encoding="utf-8")
CONFIG = "demo: {demo}\nmain_territory_id: region:53\nsources: [mastodon]\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "comptoir.yml").write_text(CONFIG.format(demo="true"))
    monkeypatch.setenv("COMPTOIR_CONFIG", str(tmp_path / "comptoir.yml"))
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path / "var"))
    return Settings()


def complete(connection: duckdb.DuckDBPyConnection) -> None:
    """The served tables that no test of this folder looks into, empty."""
    present = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    for table in SERVED_TABLES:
        if table.name not in present:
            columns = ", ".join(f"{name} varchar" for name in (*table.key, *table.without))
            connection.execute(f"create table {table.name} ({columns})")


@pytest.fixture
def warehouse(settings: Settings) -> Callable[..., None]:
    """Write the warehouse anew: the served tables in the schemas that dbt gives them, changed by some SQL."""

    def write(*statements: str) -> None:
        settings.warehouse_path.unlink(missing_ok=True)
        settings.var_dir.mkdir(exist_ok=True)
        with duckdb.connect(str(settings.warehouse_path)) as connection:
            connection.execute("create schema main_marts")
            connection.execute("set search_path = 'main_marts,main'")
            connection.execute(SERVED_SQL)
            complete(connection)
            for statement in statements:
                connection.execute(statement)

    write()
    return write


@pytest.fixture
def lenient() -> Callable[..., ServingVerdict]:
    """A gate that lets everything pass, where the gate is not what is tested."""
    return lambda new, old, settings: ServingVerdict(True, (), (), ())
