"""``make run`` and ``make stop``: the whole way on one machine, the last nights through the real scheduler."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer

from comptoir.connectors.base import PARIS
from comptoir.orchestration import airflow_server, steps
from comptoir.orchestration.airflow_api import AirflowApi
from comptoir.orchestration.names import ALL_DAG_IDS, BUILD_DAG_ID, INGEST_DAG_IDS
from comptoir.orchestration.processes import Service, find, free_port, start, stop_all, wait_until_answers
from comptoir.settings import PROJECT_DIR, ComptoirError, Settings, get_settings, secret

World = Literal["seeded", "recorded"]

BACKFILLED_NIGHTS = 60
SCHEDULED_NIGHTS = 2
DEFAULT_PORTS = {"sandbox": 8750, "airflow": 8080, "superset": 8088}
NIGHT_TIMEOUT_SECONDS = 900

# Each recording is loaded on the night on which its publisher produced it.
RECORDINGS = {"dans_ma_rue": "2024-09-12", "mastodon": "2025-07-17", "eurostat": "2026-04-15"}
RECORDED_SCHEDULED_NIGHTS = ["2026-04-16", "2026-04-17", "2026-04-18"]


@dataclass
class Phases:
    """How long each phase took, in seconds; some overlap."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time one phase, and say when it begins and ends."""
        say(f"{name} …")
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began
        say(f"{name}: done in {self.seconds[name]:.0f} s")


def say(message: str) -> None:
    """Print one line of progress."""
    print(f"{dt.datetime.now(PARIS):%H:%M:%S}  {message}", flush=True)


@dataclass
class Sparing:
    """A progress that prints at most one line every few seconds; travels to another process."""

    every_seconds: float = 4.0
    printed_at: float = 0.0

    def __call__(self, message: str) -> None:
        """Print the message, unless one was printed a moment ago."""
        if time.monotonic() - self.printed_at >= self.every_seconds:
            self.printed_at = time.monotonic()
            say(f"  {message}")


def up(world: World = "seeded", data: Path | None = None) -> None:
    """Bring the whole of Comptoir up on this machine; harmless and quick when it is up already.

    Raises:
        ComptoirError: a server did not start, or a night failed; says which and where to look.
    """
    began = time.monotonic()
    phases = Phases()
    settings = _enter(world)
    ports = _choose_ports(settings)
    os.environ["COMPTOIR_ENDPOINT_TEMPLATE"] = f"http://127.0.0.1:{ports['sandbox']}/{{night}}/{{source}}"
    settings = get_settings()
    airflow_env = airflow_server.environment(settings, ports["airflow"])
    with phases("sandbox"):
        sandbox = _serve_sandbox(settings, world, data, ports["sandbox"])
    with ThreadPoolExecutor(1) as side:
        servers = side.submit(_start_servers, settings, airflow_env, ports, phases)
        with phases("nights by backfill"):
            _in_a_process_of_its_own(backfill_recordings if world == "recorded" else _backfill_missing)
        airflow, superset = servers.result()
    with phases("nights by the scheduler"):
        api = AirflowApi(
            airflow.url, username=airflow_server.ADMIN_USER, password=airflow_server.admin_password(settings)
        )
        api.wait_for_dags(ALL_DAG_IDS, timeout_seconds=120)
        for dag_id in ALL_DAG_IDS:
            api.unpause(dag_id)
        run_nights(api, RECORDED_SCHEDULED_NIGHTS if world == "recorded" else _last_nights(SCHEDULED_NIGHTS))
    with phases("dashboards"):
        wait_until_answers(superset, "/health", timeout_seconds=180)
        steps.provision_dashboards(superset.url)
    from comptoir.orchestration.summary import print_summary

    print_summary(settings, [superset, airflow, sandbox], phases.seconds, time.monotonic() - began)


def down(var_dir: Path | None = None) -> list[str]:
    """End everything that ``up`` started, in every world, children included; returns what was ended.

    Raises:
        ComptoirError: a process is left; says which.
    """
    root = var_dir or get_settings().var_dir
    return [name for run_dir in (root / "run", root / "recorded" / "run") for name in stop_all(run_dir)]


def run_nights(api: AirflowApi, nights: list[str]) -> None:
    """Run nights one after the other through the scheduler; the assets of its three ingest runs fire each build.

    Raises:
        ComptoirError: a build failed or did not come.
    """
    for night in nights:
        builds = api.runs(BUILD_DAG_ID, night)
        if builds and builds[0]["state"] == "failed":
            api.trigger(BUILD_DAG_ID, night)
        elif not builds:
            for dag_id in INGEST_DAG_IDS:
                if not api.runs(dag_id, night):
                    api.trigger(dag_id, night)
        api.wait_for_night(BUILD_DAG_ID, night, timeout_seconds=NIGHT_TIMEOUT_SECONDS, progress=say)
        for dag_id in INGEST_DAG_IDS:
            run = api.wait_until_ended(dag_id, night, timeout_seconds=NIGHT_TIMEOUT_SECONDS)
            if run and run["state"] == "failed":
                red = ", ".join(api.failed_tasks(dag_id, run["dag_run_id"]))
                say(f"{dag_id} {night} ended red in: {red}. The night was published without what failed.")


def _enter(world: World) -> Settings:
    """Point the environment of this process, and of all it starts, at a world's own folders and configuration."""
    if world == "recorded":
        os.environ["COMPTOIR_VAR"] = str(get_settings().var_dir / "recorded")
        os.environ["COMPTOIR_CONFIG"] = str(PROJECT_DIR / "src" / "comptoir" / "sandbox" / "recorded" / "comptoir.yml")
    # dlt would otherwise import Airflow to look for its own secrets there, outside any task and any AIRFLOW_HOME.
    os.environ["PROVIDERS__ENABLE_AIRFLOW_SECRETS"] = "false"
    os.environ["COMPTOIR_HTTP_PACED"] = "false"
    settings = get_settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    os.environ["COMPTOIR_SANDBOX_TOKEN"] = secret("sandbox_token", settings)
    return settings


def _choose_ports(settings: Settings) -> dict[str, int]:
    """Keep the ports of what runs; otherwise the one asked for, or the next free one, which is printed."""
    ports: dict[str, int] = {}
    records = {"sandbox": "sandbox", "airflow": airflow_server.API, "superset": "superset"}
    for name, default in DEFAULT_PORTS.items():
        running = find(records[name], settings.run_dir)
        wanted = int(os.environ.get(f"COMPTOIR_{name.upper()}_PORT", default))
        ports[name] = running.port if running else free_port(wanted, taken=list(ports.values()))
        if not running and ports[name] != wanted:
            say(f"Port {wanted} is taken: {name} will listen on {ports[name]}.")
    return ports


def _serve_sandbox(settings: Settings, world: World, data: Path | None, port: int) -> Service:
    sandbox = find("sandbox", settings.run_dir)
    if sandbox is None:
        if world == "recorded" and (data is None or not data.is_dir()):
            raise ComptoirError(
                f"The recorded world needs its files: {data or 'no folder'} is not a folder. "
                "Run `make run WORLD=recorded DATA=<folder of the recordings>`."
            )
        argv = [sys.executable, "-m", "comptoir.sandbox", "serve", "--world", world, "--port", str(port)]
        argv += ["--data", str(data.resolve())] if world == "recorded" and data else []
        sandbox = start("sandbox", argv, run_dir=settings.run_dir, port=port, env=os.environ, cwd=settings.var_dir)
    wait_until_answers(sandbox, "/health", timeout_seconds=60)
    return sandbox


def _start_servers(
    settings: Settings, airflow_env: dict[str, str], ports: dict[str, int], phases: Phases
) -> tuple[Service, Service]:
    from comptoir.bi import install as superset_server

    if find(airflow_server.API, settings.run_dir) is None:
        with phases("Airflow's database"):
            airflow_server.prepare(settings, airflow_env)
    superset = find("superset", settings.run_dir)
    if superset is None:
        with phases("Superset's database"):
            superset_server.prepare(settings)
        argv, env = superset_server.serve_command(settings, ports["superset"])
        superset = start("superset", argv, run_dir=settings.run_dir, port=ports["superset"], env=env)
    with phases("Airflow's start"):
        airflow = airflow_server.serve(settings, airflow_env, ports["airflow"])
    return airflow, superset


def _in_a_process_of_its_own(work: Callable[[], None]) -> None:
    """The writer of the warehouse file must be gone before the scheduler's tasks open it: DuckDB has one writer."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(work).result()


def _last_nights(count: int, *, before: int = 0) -> list[str]:
    """Return the latest nights that are over at 04:00 Europe/Paris, oldest first, leaving out the last ``before``."""
    last = (dt.datetime.now(PARIS) - dt.timedelta(hours=4)).date() - dt.timedelta(days=1 + before)
    return [(last - dt.timedelta(days=back)).isoformat() for back in reversed(range(count))]


def _backfill_missing() -> None:
    """Land, settle, build and publish what is missing of the nights before the scheduled ones; nothing otherwise."""
    from comptoir.lake.landing import landed_nights

    settings = get_settings()
    landed = [set(landed_nights(settings, source_id)) for source_id in steps.enabled_sources()]
    nights = _last_nights(BACKFILLED_NIGHTS, before=SCHEDULED_NIGHTS)
    missing = [night for night in nights if any(night not in known for known in landed)]
    if not missing and (settings.serving_dir / "current").exists():
        return
    first, last = (missing[0], missing[-1]) if missing else (nights[0], nights[-1])
    failed = steps.backfill(first, last, progress=Sparing())
    for batch in failed:
        say(f"  {batch} gave nothing; run `make run` again to ask once more")


def backfill_recordings() -> None:
    """Land and settle each recording on its own night; the first scheduled night builds and publishes them."""
    for source_id, night in RECORDINGS.items():
        say(f"  {source_id}: the night {night}")
        steps.land(source_id, night)
    steps.settle_nights(list(RECORDINGS.items()), Sparing())


app = typer.Typer(add_completion=False, help=__doc__)


@app.command("up")
def _up(
    world: Annotated[World, typer.Option(help="seeded: a simulated region; recorded: real files, replayed")] = "seeded",
    data: Annotated[Path | None, typer.Option(help="folder of the recordings (recorded world only)")] = None,
) -> None:
    """Bring everything up and run the nights."""
    try:
        up(world, data)
    except ComptoirError as error:
        print(f"\n{error}\nWhat was started still runs; `make stop` ends it.", file=sys.stderr)
        raise typer.Exit(1) from error


@app.command("down")
def _down() -> None:
    """End everything that was started."""
    try:
        ended = down()
    except ComptoirError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(f"Ended: {', '.join(ended)}. Nothing is left." if ended else "Nothing was running.")


if __name__ == "__main__":
    app()
