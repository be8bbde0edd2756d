"""The four things ``make run`` asks of Airflow over REST: a token, switch DAGs on, start a night, wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import requests

from comptoir.settings import ComptoirError

POLL_SECONDS = 2.0


class AirflowApi:
    """A client of one Airflow server, logged in as the generated administrator."""

    def __init__(self, base_url: str, *, username: str, password: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._credentials = {"username": username, "password": password}
        self._log_in()

    def _log_in(self) -> None:
        answer = self._session.post(f"{self.base_url}/auth/token", json=self._credentials, timeout=30)
        if answer.status_code not in {200, 201}:
            raise ComptoirError(
                f"Airflow at {self.base_url} refused the generated password (HTTP {answer.status_code}). "
                "Run `make stop`, then `make run`."
            )
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self._session.request(method, f"{self.base_url}/api/v2{path}", timeout=60, **arguments)
        if answer.status_code == 401:
            self._log_in()
            answer = self._session.request(method, f"{self.base_url}/api/v2{path}", timeout=60, **arguments)
        if not answer.ok:
            raise ComptoirError(
                f"Airflow answered {answer.status_code} to {method} {path}: {answer.text[:500]}. "
                "Look at the log of Airflow under var/run."
            )
        return answer.json()

    def wait_for_dags(self, dag_ids: Sequence[str], *, timeout_seconds: float) -> None:
        """Wait until Airflow has parsed the DAGs.

        Raises:
            ComptoirError: a DAG file cannot be imported, or a DAG is still unknown at the end.
        """
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            errors = self._call("GET", "/importErrors")["import_errors"]
            if errors:
                raise ComptoirError(
                    f"Airflow cannot import {errors[0]['filename']}:\n{errors[0]['stack_trace'][-2000:]}"
                )
            known = {dag["dag_id"] for dag in self._call("GET", "/dags", params={"limit": 100})["dags"]}
            if known >= set(dag_ids):
                return
            time.sleep(POLL_SECONDS)
        missing = ", ".join(sorted(set(dag_ids) - known))
        raise ComptoirError(
            f"Airflow does not know {missing} after {timeout_seconds:.0f} s. Look at var/run/airflow.log."
        )

    def unpause(self, dag_id: str) -> None:
        """Switch a DAG on."""
        self._call("PATCH", f"/dags/{dag_id}", json={"is_paused": False})

    def all_runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the DAG's hundred latest runs, the latest first."""
        found = self._call("GET", f"/dags/{dag_id}/dagRuns", params={"limit": 100, "order_by": "-run_after"})
        runs: list[dict[str, Any]] = found["dag_runs"]
        return runs

    def runs(self, dag_id: str, night: str) -> list[dict[str, Any]]:
        """Return the DAG's runs of a night, the latest first."""
        return [run for run in self.all_runs(dag_id) if run["partition_key"] == night]

    def trigger(self, dag_id: str, night: str, params: dict[str, Any] | None = None) -> str:
        """Start the DAG for a night; returns the run's id."""
        body = {"logical_date": None, "partition_key": night, "conf": params or {}}
        return str(self._call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def wait_until_ended(self, dag_id: str, night: str, *, timeout_seconds: float) -> dict[str, Any] | None:
        """Wait until the DAG's latest run of a night has ended, red or green; returns it, or None if there is none.

        Raises:
            ComptoirError: it still runs at the end of the time given.
        """
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            runs = self.runs(dag_id, night)
            if not runs or runs[0]["state"] in {"success", "failed"}:
                return runs[0] if runs else None
            time.sleep(POLL_SECONDS)
        raise ComptoirError(
            f"{dag_id} has not ended the night {night} after {timeout_seconds:.0f} s. "
            f"Look at {self.base_url}/dags/{dag_id}."
        )

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        """Return the names of the red tasks of a run."""
        found = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 100})
        return [
            f"{task['task_id']} [{task['rendered_map_index']}]" if task.get("rendered_map_index") else task["task_id"]
            for task in found["task_instances"]
            if task["state"] in {"failed", "upstream_failed"}
        ]

    def wait_for_night(
        self, dag_id: str, night: str, *, timeout_seconds: float, progress: Callable[[str], None]
    ) -> dict[str, Any]:
        """Wait until the DAG has run for the night, whoever started it; returns the run.

        Raises:
            ComptoirError: the run failed (names the red tasks), or there is no finished run in time.
        """
        deadline = time.monotonic() + timeout_seconds
        seen = None
        while time.monotonic() < deadline:
            runs = self.runs(dag_id, night)
            state = runs[0]["state"] if runs else "waiting"
            if state != seen:
                progress(f"{dag_id} {night}: {state}")
                seen = state
            if state == "success":
                return runs[0]
            if state == "failed":
                run_id = runs[0]["dag_run_id"]
                raise ComptoirError(
                    f"{dag_id} failed for the night {night} in: {', '.join(self.failed_tasks(dag_id, run_id))}. Read "
                    f"the log at {self.base_url}/dags/{dag_id}/runs/{run_id} and run `make run` again once mended."
                )
            time.sleep(POLL_SECONDS)
        raise ComptoirError(
            f"{dag_id} has not finished the night {night} after {timeout_seconds:.0f} s (last state: {seen}). "
            f"Look at {self.base_url}/dags/{dag_id}."
        )
