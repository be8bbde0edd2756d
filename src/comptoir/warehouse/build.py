"""Building the warehouse: one ``dbt build`` in this process, and what each node of it did."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from comptoir.config.file import Config, load_config
from comptoir.settings import ComptoirError, ConfigError, Settings, get_settings
from comptoir.warehouse.catalogue import active, load_catalogue

# The run has tidied the file as much as a night may (dbt/profiles.yml); what is written beside it is two small tables.
UNTIDIED: dict[str, str | bool | int | float | list[str]] = {"max_vacuum_tasks": 0}
FAILED = frozenset({"error", "fail", "runtime error", "partial success"})
PROJECT_PARTS = ("dbt_project.yml", "macros", "models", "seeds")
# What the warehouse knows of comptoir.yml: dbt/macros/warehouse/begin_run.sql reads each list as a table of `meta`.
CONFIG_LISTS = (
    "listening_queries",
    "schedule_hours",
    "schedule_assignments",
    "destinations",
    "watched_territories",
    "targets",
    "campaigns",
    "positioning_axes",
)
# Lists that stored figures and `static` models depend on: other opening hours are another business time of every case.
FINGERPRINTED_LISTS = ("schedule_hours", "schedule_assignments", "destinations", "listening_queries")


class BuildError(ComptoirError):
    """Some node of the build failed. The published version is untouched."""


@dataclass(frozen=True)
class NodeResult:
    """What one seed, model or test did. ``rows``: rows written (models) or failing (tests), None if unknown."""

    name: str
    resource_type: str
    status: str
    seconds: float
    rows: int | None
    message: str | None


@dataclass(frozen=True)
class BuildResult:
    """One build of the warehouse."""

    night: str
    started_at: dt.datetime
    seconds: float
    is_full_refresh: bool
    nodes: list[NodeResult]

    @property
    def failed(self) -> list[NodeResult]:
        """The nodes that failed, not those skipped because of them."""
        return [node for node in self.nodes if node.status in FAILED]


def build(
    night: str, *, settings: Settings | None = None, full_refresh: bool = False, with_tests: bool = True
) -> BuildResult:
    """Bring the warehouse to what the lake says now, and record each node's result in ``meta.run_result``.

    Incremental unless asked otherwise or unless the dbt project changed since the warehouse was last built: facts that
    older SQL computed do not mix with newer ones.

    Args:
        night: the night that this build closes, ``YYYY-MM-DD``; a label of the results, not a filter.
        settings: folders of the installation.
        full_refresh: recompute every fact from the whole of bronze.
        with_tests: run the data tests too; what is published always had them.

    Raises:
        BuildError: names the nodes that failed and what to do next. The nights stay pending for the next build.
    """
    settings = settings or get_settings()
    work_dir = settings.var_dir / "dbt"
    work_dir.mkdir(parents=True, exist_ok=True)
    fingerprint = project_fingerprint(settings.dbt_dir, load_config(settings))
    is_other_project = _forget_fingerprint_unless(fingerprint, settings.warehouse_path)
    is_full_refresh = full_refresh or is_other_project

    started_at = dt.datetime.now(dt.UTC)
    clock = time.monotonic()
    nodes, exception = _run_dbt(
        settings, full_refresh=is_full_refresh, is_other_project=is_other_project, with_tests=with_tests
    )
    result = BuildResult(night, started_at, time.monotonic() - clock, is_full_refresh, nodes)
    _record(result, work_dir, settings.warehouse_path, fingerprint if not result.failed and not exception else None)
    if exception and not result.failed:
        raise BuildError(
            f"dbt could not run for the night {night}: {str(exception).rstrip('.')}. Its log is "
            f"{work_dir / 'logs' / 'dbt.log'}; correct the cause and build again: the nights stay pending."
        ) from exception
    if result.failed:
        named = "; ".join(f"{node.resource_type} {node.name}: {node.message or node.status}" for node in result.failed)
        raise BuildError(
            f"The build of the night {night} failed on {len(result.failed)} node(s): {named}. Readers keep the last "
            f"published version. Details in {work_dir / 'logs' / 'dbt.log'}; correct the cause and build again: "
            "the nights stay pending."
        )
    return result


def project_fingerprint(dbt_dir: Path, config: Config) -> str:
    """SHA-256 over what decides the rows of a given lake: the project's macros, models, seeds and file, and lists of
    ``comptoir.yml`` (`FINGERPRINTED_LISTS`).
    """
    digest = hashlib.sha256()
    for name in FINGERPRINTED_LISTS:
        for item in getattr(config, name):
            digest.update(f"{name}\0{item.model_dump_json()}\0".encode())
    for part in PROJECT_PARTS:
        root = dbt_dir / part
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.suffix in {".sql", ".csv", ".yml"})
        for path in files:
            digest.update(f"{path.relative_to(dbt_dir)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _run_dbt(
    settings: Settings, *, full_refresh: bool, is_other_project: bool, with_tests: bool
) -> tuple[list[NodeResult], BaseException | None]:
    # Unit tests check the code, not the data: they run with the project's tests, not every night.
    # No artifacts: nobody reads them, and writing them is another tenth of a build.
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
    if not with_tests:
        arguments += ["--exclude-resource-type", "test"]
    if full_refresh:
        arguments.append("--full-refresh")
    if not is_other_project:
        arguments += ["--selector", "nightly"]
    outcome = dbt(arguments, settings)
    return [_node_result(item) for item in outcome.results], outcome.exception


@dataclass(frozen=True)
class DbtOutcome:
    """What a dbt command returned: its node results (dbt's own objects), and its exception if it could not run."""

    results: list[Any]
    exception: BaseException | None


def dbt(arguments: list[str], settings: Settings) -> DbtOutcome:
    """Run one dbt command in this process, on this installation's lake and warehouse; it writes under ``var/dbt``."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    work_dir = settings.var_dir / "dbt"
    work_dir.mkdir(parents=True, exist_ok=True)
    folders = ["--project-dir", str(settings.dbt_dir), "--profiles-dir", str(settings.dbt_dir)]
    # The debug log of a build is tens of thousands of lines: `dbt --log-level-file debug build` by hand gives it.
    # Nothing goes to the console: failures come back as results, and writing each event twice is a tenth of a build.
    quiet = ["--log-level", "none", "--log-level-file", "info"]
    config = load_config(settings)
    environment = {
        "COMPTOIR_LAKE": str(settings.lake_dir),
        "COMPTOIR_WAREHOUSE": str(settings.warehouse_path),
        "COMPTOIR_SOURCES": ",".join(config.sources),
        "COMPTOIR_CONFIG_ROWS": str(_write_config(config, work_dir / "config")),
        "DBT_TARGET_PATH": str(work_dir / "target"),
        "DBT_LOG_PATH": str(work_dir / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    with _environment(environment):
        outcome = dbtRunner().invoke([*arguments, *folders, *quiet])
        # DuckDB keeps one instance per file and process: readers that follow must find the file closed.
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager._ENV.close()
            DuckDBConnectionManager._ENV = None
    return DbtOutcome(list(getattr(outcome.result, "results", None) or []), outcome.exception)


def _write_config(config: Config, folder: Path) -> Path:
    """The lists of ``comptoir.yml`` as the run's first step reads them: a file per list, one JSON object per line."""
    check_strategy(config)
    folder.mkdir(parents=True, exist_ok=True)
    for name in CONFIG_LISTS:
        (folder / f"{name}.ndjson").write_text(_config_lines(config, name), encoding="utf-8")
    return folder


def check_strategy(config: Config) -> None:
    """Targets and campaigns speak of KPIs that have figures, a campaign of such as have a total over all channels; a
    target of a KPI without a direction says its sense.

    Raises:
        ConfigError: names the entry of ``comptoir.yml``, what is wrong with it and what to write.
    """
    kpis = {kpi.kpi_id: kpi for kpi in active(load_catalogue())}
    named = [(f"targets: {target.territory_id} {target.period}", target.kpi_id) for target in config.targets]
    named += [(f"campaigns: {item.campaign_id}", kpi_id) for item in config.campaigns for kpi_id in item.kpi_ids]
    for entry, kpi_id in named:
        if kpi_id not in kpis:
            close = difflib.get_close_matches(kpi_id, kpis, 1)
            advice = f"Did you mean '{close[0]}'?" if close else "The KPIs are listed in dbt/metrics."
            raise ConfigError(f"comptoir.yml, {entry}: there is no KPI '{kpi_id}' with figures. {advice}")
    for item in config.campaigns:
        for kpi_id in item.kpi_ids:
            if kpis[kpi_id].channel_split == "only":
                raise ConfigError(
                    f"comptoir.yml, campaigns: {item.campaign_id}: the KPI '{kpi_id}' is told one channel at a time "
                    "and has no total that an effect could be measured on. Name a KPI with a total, e.g. 'voices'."
                )
    for target in config.targets:
        if target.sense is None and kpis[target.kpi_id].direction is None:
            raise ConfigError(
                f"comptoir.yml, targets: {target.territory_id} {target.period}: the KPI '{target.kpi_id}' has no "
                "better direction. Say what is aimed at: `sense: at_least` or `sense: at_most`."
            )


def _config_lines(config: Config, name: str) -> str:
    return "".join(f"{item.model_dump_json()}\n" for item in getattr(config, name))


def _node_result(item: Any) -> NodeResult:
    rows = item.adapter_response.get("rows_affected") if item.adapter_response else None
    return NodeResult(
        name=item.node.name,
        resource_type=str(item.node.resource_type),
        status=str(item.status),
        seconds=round(item.execution_time, 3),
        rows=item.failures if item.failures is not None else rows,
        message=_short(item.message),
    )


def _short(message: str | None) -> str | None:
    """The lines of a dbt message that say what is wrong, without the first (which node) and the macro trace."""
    if not message:
        return None
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.lstrip().startswith(">")]
    return " ".join(lines[1:] or lines)[:400]


def _forget_fingerprint_unless(fingerprint: str, warehouse: Path) -> bool:
    """True when the warehouse was built by another project than this one; it is then of none until a build succeeds."""
    if not warehouse.exists():
        return True
    with duckdb.connect(str(warehouse), config=UNTIDIED) as connection:
        connection.execute("create schema if not exists meta")
        connection.execute("create table if not exists meta.built_project (fingerprint varchar)")
        if connection.execute("select fingerprint from meta.built_project").fetchall() == [(fingerprint,)]:
            return False
        connection.execute("delete from meta.built_project")
    return True


def _record(result: BuildResult, work_dir: Path, warehouse: Path, fingerprint: str | None) -> None:
    """Append the results to ``meta.run_result``, write the newest as JSON, and sign the warehouse if it is whole."""
    rows = [
        {"night_on": result.night, "started_at": result.started_at.isoformat(), **asdict(node)} for node in result.nodes
    ]
    (work_dir / "run_result.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    with duckdb.connect(str(warehouse), config=UNTIDIED) as connection:
        connection.execute("create schema if not exists meta")
        connection.execute(
            "create table if not exists meta.run_result (night_on date, started_at timestamptz, name varchar, "
            "resource_type varchar, status varchar, seconds double, rows bigint, message varchar)"
        )
        if rows:
            connection.executemany(
                "insert into meta.run_result values (?, ?, ?, ?, ?, ?, ?, ?)", [list(row.values()) for row in rows]
            )
        if fingerprint:
            connection.execute("create or replace table meta.built_project as select ? as fingerprint", [fingerprint])


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the time of a block: dbt's profile reads nothing else."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
