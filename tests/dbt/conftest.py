"""Tests of the warehouse start from a copy of an empty one, and a lake of their own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comptoir.settings import Settings, get_settings
from comptoir.warehouse.build import BuildResult, build

# pytest's importlib mode leaves the test folders out of the path: the fixture lake is shared by the files of this one.
sys.path.append(str(Path(__file__).parent))
from fixture_lake import KEPT_TABLES, FixtureLake

NIGHT = "2026-11-30"


class Warehouse:
    """A warehouse and its lake in a temporary folder."""

    def __init__(self, settings: Settings, template: Path) -> None:
        self.settings, self.template = settings, template
        self.lake = FixtureLake(settings.lake_dir)

    def reset(self) -> None:
        """An empty lake, and the warehouse that was built from one."""
        shutil.rmtree(self.settings.lake_dir, ignore_errors=True)
        self.settings.lake_dir.mkdir(parents=True)
        for leftover in self.settings.var_dir.glob("warehouse.duckdb*"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        shutil.copy(self.template, self.settings.warehouse_path)

    def build(self, *, full_refresh: bool = False, with_tests: bool = True) -> BuildResult:
        return build(NIGHT, settings=self.settings, full_refresh=full_refresh, with_tests=with_tests)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            return connection.execute(sql, parameters or None).fetchall()

    def fingerprints(self) -> dict[str, tuple[int, str]]:
        """Rows and hash of the ordered rows of each mart and reporting table, and of the kept intermediate ones."""
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables where table_schema = 'main' or ("
                "table_schema = 'intermediate' and table_type = 'BASE TABLE' and table_name in (select unnest(?))) "
                "order by 2",
                [KEPT_TABLES],
            ).fetchall()
            return {
                name: connection.execute(
                    f"select count(*), md5(coalesce(string_agg(line, '\n' order by line), '')) "
                    f"from (select to_json(t)::varchar as line from {schema}.{name} as t)"
                ).fetchone()
                for schema, name in tables
            }


@pytest.fixture(scope="session")
def empty_warehouse(warehouse_template: Path, worker_var: Path) -> Iterator[Warehouse]:
    """Built whole from an empty lake: every source is an empty relation of the right types."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_VAR", str(worker_var))
        yield Warehouse(get_settings(), warehouse_template)


@pytest.fixture
def warehouse(empty_warehouse: Warehouse) -> Warehouse:
    """A fresh lake and warehouse for one test."""
    empty_warehouse.reset()
    return empty_warehouse
