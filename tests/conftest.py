"""A small simulated region served over real HTTP, an installation that listens to it, and what may be skipped.

A test may be skipped only for a reason that stands here; any other skip fails the run.
"""

import dataclasses
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comptoir.orchestration import steps
from comptoir.sandbox.faults import Faults
from comptoir.sandbox.running import running
from comptoir.sandbox.server import build_app
from comptoir.settings import PROJECT_DIR, get_settings
from comptoir.warehouse.build import build

ALLOWED_SKIPS = [r"no recorded files in .*: set COMPTOIR_REAL_DATA"]
if not os.environ.get("CI"):
    ALLOWED_SKIPS.append(r"NOT LOOKED AT IN A BROWSER")

_refused: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files go first, so that no worker waits for one at the end."""
    longest = ("test_thirty_nights", "test_any_history", "test_publishers_faults", "test_the_whole_way")
    items.sort(key=lambda item: next((at for at, name in enumerate(longest) if name in item.nodeid), len(longest)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(re.search(allowed, reason) for allowed in ALLOWED_SKIPS):
            _refused.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _refused and session.exitstatus == 0:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter) -> None:
    for line in _refused:
        terminalreporter.write_line(f"SKIP NOT ALLOWED  {line}", red=True)


SCALE = 0.05
TOKEN = "canary-secret-token"  # nowhere to be found afterwards


@dataclasses.dataclass
class Publishers:
    """The sandbox of this test module; ``faults`` are switched on by name."""

    url: str
    app: Any

    def faults(self, *names: str) -> None:
        self.app.state.faults = Faults(names)


@pytest.fixture(scope="module")
def _publishers() -> Iterator[Publishers]:
    app = build_app("seeded", scale=SCALE, token=TOKEN)
    with running(app) as url:
        yield Publishers(url, app)


@pytest.fixture
def publishers(_publishers: Publishers) -> Iterator[Publishers]:
    yield _publishers
    _publishers.faults()


@pytest.fixture(scope="session")
def worker_var(tmp_path_factory) -> Path:
    """One ``var`` per process: dbt reads its project again for each path of a warehouse that it has not seen."""
    return tmp_path_factory.mktemp("installation") / "var"


def empty_all_but_dbt(var: Path) -> None:
    """Forget what an earlier test left, but not what dbt read of the project."""
    var.mkdir(exist_ok=True)
    for path in var.iterdir():
        if path.name != "dbt":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.fixture(scope="session")
def warehouse_template(worker_var: Path, tmp_path_factory) -> Path:
    """A warehouse that was built whole from an empty lake; tests start from copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_VAR", str(worker_var))
        empty_all_but_dbt(worker_var)
        settings = get_settings()
        settings.lake_dir.mkdir(parents=True)
        build("2026-11-30", settings=settings, with_tests=False)
        return Path(shutil.copy(settings.warehouse_path, tmp_path_factory.mktemp("template")))


@pytest.fixture
def installation(publishers, worker_var, monkeypatch) -> Path:
    """An empty ``var`` that listens to the sandbox; a fixed test key makes bytes comparable."""
    var = worker_var
    empty_all_but_dbt(var)
    (var / "secrets").mkdir(mode=0o700)
    key = var / "secrets" / "pseudonym_key"
    key.write_text("fixed test key")
    key.chmod(0o600)
    monkeypatch.setenv("COMPTOIR_VAR", str(var))
    monkeypatch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", publishers.url + "/{night}/{source}")
    monkeypatch.setenv("COMPTOIR_SANDBOX_TOKEN", TOKEN)
    monkeypatch.setenv("COMPTOIR_HTTP_PACED", "false")
    monkeypatch.setenv("COMPTOIR_HTTP_BACKOFF_SECONDS", "0.01")
    monkeypatch.setenv("COMPTOIR_HTTP_MAX_WAIT_SECONDS", "2")
    return var


@pytest.fixture
def settings(installation):
    return get_settings()


@pytest.fixture
def warehouse_is_there(settings, warehouse_template) -> None:
    """The installation's project was built before: what follows is an ordinary build."""
    shutil.copy(warehouse_template, settings.warehouse_path)


@dataclasses.dataclass
class Listener:
    """Takes a source through landing, gate and conform, and reads what is left of it."""

    settings: Any

    def night(self, source: str, night: str, *, refetch: bool = False) -> dict[str, Any]:
        """Land and settle a night; returns the settling's result (verdict, reasons, kept, quarantined)."""
        steps.land(source, night, refetch=refetch)
        (result,) = steps.settle([source], night)
        return result

    def bronze(self, source: str, stream: str, night: str) -> list[dict[str, Any]]:
        """Rows of a bronze file, in its order."""
        path = self.settings.lake_dir / "bronze" / source / stream / f"night={night}.parquet"
        with duckdb.connect() as connection:
            cursor = connection.execute(f"select * from read_parquet('{path}')")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def listener(settings) -> Listener:
    return Listener(settings)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of files that real publishers produced."""
    folder = Path(os.environ.get("COMPTOIR_REAL_DATA", PROJECT_DIR.parent / "shared" / "data"))
    if not (folder / "gru" / "paris_dans_ma_rue.csv").exists():
        pytest.skip(f"no recorded files in {folder}: set COMPTOIR_REAL_DATA to the folder that holds them")
    return folder
