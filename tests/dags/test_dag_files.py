"""The DAG files as Airflow parses them: whole, thin, documented, with the settings the night relies on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))
INGEST = ["ingest_social", "ingest_tourism", "ingest_gru"]
HEAVY = ["duckdb", "dbt", "great_expectations", "dlt", "pandas"]

PARSE = """
import json, runpy, sys
from airflow.sdk import DAG

parsed = {}
for file in sys.argv[1:]:
    for value in runpy.run_path(file).values():
        if isinstance(value, DAG):
            parsed[value.dag_id] = value

print(json.dumps({
    "heavy": [name for name in HEAVY if name in sys.modules],
    "dags": {
        dag_id: {
            "doc_md": dag.doc_md or "",
            "tags": sorted(dag.tags),
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "timetable": type(dag.timetable).__name__,
            "params": sorted(dag.params),
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "retries": task.retries,
                    "pool": task.pool,
                    "trigger_rule": task.trigger_rule.value,
                    "timeout": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                    "outlets": sorted(outlet.name for outlet in task.outlets),
                    "downstream": sorted(task.downstream_task_ids),
                    "callback": bool(task.on_failure_callback),
                }
                for task in dag.tasks
            },
        }
        for dag_id, dag in parsed.items()
    },
}))
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory):
    """Every DAG file parsed in a fresh process, so that this session's imports prove nothing."""
    home = tmp_path_factory.mktemp("airflow")
    env = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "COMPTOIR_VAR": str(home)}
    command = [sys.executable, "-c", f"HEAVY = {HEAVY}\n{PARSE}", *map(str, FILES)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.airflow
def test_every_file_gives_one_dag_of_its_name(parsed):
    assert sorted(parsed["dags"]) == [file.stem for file in FILES]


@pytest.mark.airflow
def test_parsing_imports_nothing_heavy(parsed):
    assert parsed["heavy"] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_files_are_thin(file):
    assert len(file.read_text().splitlines()) <= 80


@pytest.mark.airflow
def test_every_dag_has_a_runbook_tags_and_an_owner(parsed):
    for dag_id, dag in parsed["dags"].items():
        for heading in ("What it does", "red", "Run one night again", "Ask the publisher again"):
            assert heading in dag["doc_md"], (dag_id, heading)
        assert dag["tags"], dag_id
        assert not dag["catchup"], dag_id
        assert dag["max_active_runs"] == 1, dag_id
        for task_id, task in dag["tasks"].items():
            assert task["owner"] == "data-engineering", (dag_id, task_id)
            assert task["callback"], (dag_id, task_id)


@pytest.mark.airflow
@pytest.mark.parametrize("dag_id", INGEST)
def test_an_ingest_dag_survives_a_failing_source(parsed, dag_id):
    dag = parsed["dags"][dag_id]
    tasks = dag["tasks"]
    assert dag["timetable"] == "CronPartitionTimetable"
    assert dag["params"] == ["rebuild", "refetch"]
    assert tasks["land"]["retries"] == 2
    assert tasks["land"]["timeout"] * 3 < 2 * 3600, "three tries must end before the deadline"
    assert tasks["settle"]["trigger_rule"] == "all_done"
    assert tasks["announce_night"]["trigger_rule"] == "all_done"
    assert tasks["announce_night"]["outlets"] == [f"{dag_id.removeprefix('ingest_')}_night"]
    assert tasks["request_build"]["outlets"] == ["build_request"]
    assert tasks["check_every_source"]["downstream"] == []


@pytest.mark.airflow
def test_whatever_writes_waits_for_the_one_slot(parsed):
    in_pool = {
        (dag_id, task_id)
        for dag_id, dag in parsed["dags"].items()
        for task_id, task in dag["tasks"].items()
        if task["pool"] == "warehouse_writer"
    }
    writers = {(dag_id, "settle") for dag_id in INGEST}
    writers |= {("build_warehouse", "build"), ("build_warehouse", "publish"), ("housekeeping", "housekeep")}
    assert in_pool == writers


@pytest.mark.airflow
def test_the_build_is_fired_by_assets_and_chains_to_the_publication(parsed):
    dag = parsed["dags"]["build_warehouse"]
    assert dag["timetable"] == "PartitionedAssetTimetable"
    assert dag["tasks"]["build"]["downstream"] == ["publish"]
