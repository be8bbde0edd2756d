"""Airflow of the embedded run: SQLite, LocalExecutor, loopback only, a generated password, nothing sent out.

Its parts are started one by one rather than with ``airflow standalone``, which opens the task logs to every network
interface and runs a triggerer that no DAG of ours needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from comptoir.orchestration.names import WRITER_POOL, WRITER_POOL_SLOTS
from comptoir.orchestration.processes import LOOPBACK, Service, find, start, wait_until_answers
from comptoir.settings import ComptoirError, Settings, secret

ADMIN_USER = "admin"
ADMIN_PASSWORD_SECRET = "airflow_admin_password"  # noqa: S105  # the secret's name
API = "airflow-api"
PARTS: dict[str, tuple[str, ...]] = {
    API: ("api-server",),
    "airflow-scheduler": ("scheduler", "--skip-serve-logs"),
    "airflow-dag-processor": ("dag-processor",),
}
START_TIMEOUT_SECONDS = 180
# SQLite has one writer at a time: who finds it busy waits. After the five seconds of Python the scheduler would end.
DATABASE_WAIT_SECONDS = 60
# Tasks are forked from a process that has imported these, which alone takes two seconds for a source to land and six
# for a gate. None of ours is among them: changed code or configuration of Comptoir is in force from the next task on.
PRELOADED = (
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "clevercsv",
    "dbt.adapters.duckdb",
    "dbt.cli.main",
    "defusedxml.ElementTree",
    "dlt.sources.helpers.requests",
    "dlt.sources.helpers.rest_client.client",
    "dlt.sources.helpers.rest_client.paginators",
    "duckdb",
    "great_expectations",
    "phonenumbers",
    "pydantic_settings",
    "python_calamine",
    "selectolax.lexbor",
    "yaml",
    "zstandard",
)


def admin_password(settings: Settings) -> str:
    """Return the administrator's generated password, kept in ``var/secrets``."""
    return secret(ADMIN_PASSWORD_SECRET, settings)


def environment(settings: Settings, port: int, *, dags_dir: Path | None = None) -> dict[str, str]:
    """Return the environment of Airflow's processes and of the tasks they run."""
    base_url = f"http://{LOOPBACK}:{port}"
    programs = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "AIRFLOW_HOME": str(settings.airflow_dir),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags_dir or settings.project_dir / "dags"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": (
            f"sqlite:///{settings.airflow_dir.resolve()}/airflow.db?timeout={DATABASE_WAIT_SECONDS}"
        ),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__SCHEDULER__MP_START_METHOD": "forkserver",
        "AIRFLOW__SCHEDULER__MP_FORKSERVER_PRELOAD": ",".join(PRELOADED),
        # What is forked has one thread: numpy's and scipy's pools would leave the others behind, with what they held.
        "OPENBLAS_NUM_THREADS": "1",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "20",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base_url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN_USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_password_file(settings)),
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": base_url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "DO_NOT_TRACK": "1",
        "SCARF_ANALYTICS": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "NO_PROXY": f"{LOOPBACK},localhost",
        "no_proxy": f"{LOOPBACK},localhost",
    }


def prepare(settings: Settings, env: Mapping[str, str]) -> None:
    """Create or migrate Airflow's database, its administrator's password and the writer's pool.

    Raises:
        ComptoirError: an Airflow command failed; names the log that holds its words.
    """
    settings.airflow_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_password_file(settings)
    _airflow(settings, env, "db", "migrate")
    _airflow(
        settings,
        env,
        *("pools", "set", WRITER_POOL, str(WRITER_POOL_SLOTS), "The one process that writes bronze and DuckDB files"),
    )


def serve(settings: Settings, env: Mapping[str, str], port: int) -> Service:
    """Start the parts that do not run yet; returns the API server once it answers.

    Raises:
        ComptoirError: the API server did not come up; quotes the end of its log.
    """
    services = {
        name: find(name, settings.run_dir)
        or start(
            name,
            [sys.executable, "-m", "airflow", *command],
            run_dir=settings.run_dir,
            port=port,
            env=env,
            cwd=settings.airflow_dir,
        )
        for name, command in PARTS.items()
    }
    wait_until_answers(services[API], "/api/v2/version", timeout_seconds=START_TIMEOUT_SECONDS)
    return services[API]


def _password_file(settings: Settings) -> Path:
    return settings.secrets_dir / "airflow_passwords.json"


def _write_password_file(settings: Settings) -> None:
    """Airflow generates a password itself only when its file names none, and then prints it: never let it."""
    content = json.dumps({ADMIN_USER: admin_password(settings)})
    path = _password_file(settings)
    if path.exists() and path.read_text() == content:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)


def _airflow(settings: Settings, env: Mapping[str, str], *arguments: str) -> None:
    log_path = settings.airflow_dir / "prepare.log"
    with log_path.open("a") as log:
        done = subprocess.run(  # noqa: S603  # our own interpreter, no shell
            [sys.executable, "-m", "airflow", *arguments],
            env=dict(env),
            cwd=settings.airflow_dir,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise ComptoirError(
            f"`airflow {' '.join(arguments[:2])}` failed (exit {done.returncode}). Its last words are in {log_path}."
        )
