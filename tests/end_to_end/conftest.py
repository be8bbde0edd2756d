"""A small simulated region served over real HTTP, and an installation that listens to it."""

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comptoir.sandbox.faults import Faults
from comptoir.sandbox.running import running
from comptoir.sandbox.server import build_app
from comptoir.settings import get_settings

SCALE = 0.05


@dataclasses.dataclass
class Publishers:
    """The sandbox of this test module; ``faults`` are switched on by name."""

    url: str
    app: Any

    def faults(self, *names: str, canaries: tuple[str, ...] = ()) -> None:
        self.app.state.faults = Faults(names, canaries)


@pytest.fixture(scope="module")
def _publishers() -> Iterator[Publishers]:
    app = build_app("seeded", scale=SCALE)
    with running(app) as url:
        yield Publishers(url, app)


@pytest.fixture
def publishers(_publishers: Publishers) -> Iterator[Publishers]:
    yield _publishers
    _publishers.faults()


@pytest.fixture
def installation(publishers, tmp_path, monkeypatch) -> Path:
    """An empty ``var`` that listens to the sandbox; a fixed test key makes bytes comparable."""
    var = tmp_path / "var"
    (var / "secrets").mkdir(parents=True, mode=0o700)
    key = var / "secrets" / "pseudonym_key"
    key.write_text("fixed test key")
    key.chmod(0o600)
    monkeypatch.setenv("COMPTOIR_VAR", str(var))
    monkeypatch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", publishers.url + "/{night}/{source}")
    monkeypatch.setenv("COMPTOIR_HTTP_PACED", "false")
    monkeypatch.setenv("COMPTOIR_HTTP_BACKOFF_SECONDS", "0.01")
    monkeypatch.setenv("COMPTOIR_HTTP_MAX_WAIT_SECONDS", "2")
    return var


def bronze_digests(var: Path) -> dict[str, str]:
    """SHA-256 of every bronze file, by its path in the lake."""
    root = var / "lake" / "bronze"
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.glob("*/*/night=*.parquet"))
    }


def mart_hashes(database: Path, tables: list[str] | None = None) -> dict[str, tuple[int, str]]:
    """Rows and ordered-row hash of every mart and reporting table."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' and (table_name like 'fct_%' or table_name like 'dim_%' "
            "or table_name like 'kpi_%' or table_name like 'rpt_%' or table_name like 'bridge_%') order by 1"
        ).fetchall()
        hashes = {}
        for (name,) in names:
            if tables is not None and name.split(".")[1] not in tables:
                continue
            count, digest = connection.execute(
                "select count(*), md5(string_agg(line, chr(10) order by line)) "
                f"from (select cast(t as varchar) as line from {name} as t)"
            ).fetchone()
            hashes[name] = (count, digest)
    return hashes


@pytest.fixture
def settings(installation):
    return get_settings()
