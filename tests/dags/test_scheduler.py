"""The real scheduler, with fake steps: a source fails, the night is published all the same, and it shows."""

import json
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from comptoir.orchestration import airflow_server, processes
from comptoir.orchestration.airflow_api import AirflowApi
from comptoir.orchestration.local import run_nights
from comptoir.orchestration.names import ALL_DAG_IDS, BUILD_DAG_ID
from comptoir.settings import get_settings

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(420)]

FAKES = Path(__file__).parent / "fakes"
NIGHTS = ["2026-11-19", "2026-11-20"]
LATE_NIGHT = "2026-11-10"


class Run:
    """One Airflow with its diary of the steps that were called."""

    def __init__(self, api, diary, var_dir):
        self.api, self.diary, self.var_dir = api, diary, var_dir

    def steps(self, name, night):
        entries = [json.loads(line) for line in self.diary.read_text().splitlines()]
        return [entry for entry in entries if entry["step"] == name and entry.get("night") == night]

    def builds(self, night):
        return self.api.runs(BUILD_DAG_ID, night)

    def wait(self, dag_id, night):
        return self.api.wait_until_ended(dag_id, night, timeout_seconds=120)


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    root = tmp_path_factory.mktemp("scheduler")
    diary = root / "diary.ndjson"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_VAR", str(root / "var"))
        patch.setenv("PYTHONPATH", str(FAKES))
        patch.setenv("FAKE_STEPS_DIARY", str(diary))
        settings = get_settings()
        port = processes.free_port(28080)
        env = {**airflow_server.environment(settings, port), "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1"}
        try:
            airflow_server.prepare(settings, env)
            server = airflow_server.serve(settings, env, port)
            api = AirflowApi(
                server.url, username=airflow_server.ADMIN_USER, password=airflow_server.admin_password(settings)
            )
            api.wait_for_dags(ALL_DAG_IDS, timeout_seconds=120)
            for dag_id in ALL_DAG_IDS:
                api.unpause(dag_id)
            run_nights(api, NIGHTS)
            yield Run(api, diary, settings.var_dir)
        finally:
            services = [service for name in airflow_server.PARTS if (service := processes.find(name, settings.run_dir))]
            processes.stop_all(settings.run_dir)
            assert not any(processes.family(service) for service in services)


@pytest.mark.parametrize("night", NIGHTS)
def test_a_failed_source_is_red_and_the_night_is_published(airflow, night):
    social = airflow.wait("ingest_social", night)
    assert social["state"] == "failed"
    red = airflow.api.failed_tasks("ingest_social", social["dag_run_id"])
    assert sorted(red) == ["check_every_source", "land [unreachable]"]
    assert len([e for e in airflow.steps("land", night) if e["source"] == "unreachable"]) == 3, "two retries"
    assert [e["source"] for e in airflow.steps("record_failure", night)] == ["unreachable"]
    assert ["mastodon"] in [e["sources"] for e in airflow.steps("settle", night)]
    assert airflow.wait("ingest_tourism", night)["state"] == "success"
    assert airflow.wait("ingest_gru", night)["state"] == "success", "a domain without sources announces its night"


@pytest.mark.parametrize("night", NIGHTS)
def test_the_build_is_fired_once_per_night_by_the_assets(airflow, night):
    builds = airflow.builds(night)
    assert [build["run_type"] for build in builds] == ["asset_triggered"]
    assert builds[0]["state"] == "success"
    assert len(airflow.steps("build", night)) == 1
    assert airflow.steps("publish", night)[0]["at"] > airflow.steps("build", night)[0]["at"]


def test_switching_the_dags_on_runs_no_other_night(airflow):
    runs = [run for dag_id in ALL_DAG_IDS for run in airflow.api.all_runs(dag_id)]
    assert [run for run in runs if run["partition_key"] not in {*NIGHTS, LATE_NIGHT}] == []


def test_the_deadline_asks_for_the_build_of_a_missing_night_only(airflow):
    airflow.api.trigger("build_deadline", NIGHTS[0])
    assert airflow.wait("build_deadline", NIGHTS[0])["state"] == "success"
    airflow.api.trigger("build_deadline", LATE_NIGHT)
    airflow.api.wait_for_night(BUILD_DAG_ID, LATE_NIGHT, timeout_seconds=120, progress=print)
    assert len(airflow.steps("build", LATE_NIGHT)) == 1
    assert len(airflow.builds(NIGHTS[0])) == 1


def test_a_night_run_again_asks_for_its_build(airflow):
    night = NIGHTS[1]
    before = len(airflow.builds(night))
    airflow.api.trigger("ingest_tourism", night, {"refetch": True, "rebuild": True})
    assert airflow.wait("ingest_tourism", night)["state"] == "success"
    for _ in range(60):
        if len(airflow.builds(night)) > before:
            break
        time.sleep(1)
    assert airflow.wait(BUILD_DAG_ID, night)["state"] == "success"
    assert len(airflow.builds(night)) == before + 1
    assert airflow.steps("land", night)[-1]["refetch"] is True


def test_a_database_that_another_process_writes_is_waited_for(airflow):
    locked, released = threading.Event(), threading.Event()

    def write_for_longer_than_sqlite_waits():
        with closing(sqlite3.connect(airflow.var_dir / "airflow" / "airflow.db", timeout=30)) as database:
            database.execute("begin immediate")
            locked.set()
            time.sleep(8)
            released.set()
            database.rollback()

    writer = threading.Thread(target=write_for_longer_than_sqlite_waits)
    writer.start()
    assert locked.wait(timeout=40)
    airflow.api.trigger("build_deadline", NIGHTS[0])
    assert released.is_set(), "the trigger did not write: nothing is proven"
    writer.join()
    assert airflow.wait("build_deadline", NIGHTS[0])["state"] == "success"


def test_no_password_is_in_a_log(airflow):
    password = (airflow.var_dir / "secrets" / "airflow_admin_password").read_text()
    logs = [*airflow.var_dir.rglob("*.log")]
    assert logs
    assert [log for log in logs if password in log.read_text(errors="replace")] == []
