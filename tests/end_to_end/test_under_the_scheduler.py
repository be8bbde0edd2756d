"""One night through the real scheduler with the real steps: a source fails visibly, and no canary is left anywhere."""

import re
import sqlite3

import duckdb
import pytest

from comptoir.lake import verdicts
from comptoir.orchestration import airflow_server, processes, steps
from comptoir.orchestration.airflow_api import AirflowApi
from comptoir.orchestration.local import run_nights
from comptoir.orchestration.names import ALL_DAG_IDS, BUILD_DAG_ID
from comptoir.serving.versions import open_served
from comptoir.settings import ComptoirError, get_settings

NIGHT = "2026-10-10"
CANARIES = ("zoe.canarizh@exemple.fr", "06 39 98 98 76", "@zoe_canarizh@mastodon.example", "Nolwenn Canarizh")
TRACES = re.compile(r"canarizh|39 ?98 ?98 ?76|canary-secret", re.IGNORECASE)
pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(420)]


@pytest.fixture
def airflow(publishers, installation, tmp_path, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    publishers.faults("canary", "eurostat:html-error", canaries=CANARIES)
    settings = get_settings()
    port = processes.free_port(29080)
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
        # Canaries in coded fields break the contract: every batch is held, and an empty version is not published.
        with pytest.raises(ComptoirError, match="publish"):
            run_nights(api, [NIGHT])
        for source in ("mastodon", "opendatasoft"):
            verdicts.decide(settings, source, NIGHT, "release", "the canaries must go downstream", "the test")
        steps.settle(["mastodon", "opendatasoft"], NIGHT)
        run_nights(api, [NIGHT])
        yield api
    finally:
        processes.stop_all(settings.run_dir)


def _duckdb_text(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
        for schema, table in tables:
            for (row,) in connection.execute(f'select cast(t as varchar) from "{schema}"."{table}" as t').fetchall():
                yield row


def test_a_failed_source_shows_the_others_publish_and_no_canary_is_left(airflow, installation, tmp_path, settings):
    assert sorted(build["state"] for build in airflow.runs(BUILD_DAG_ID, NIGHT)) == ["failed", "success"]
    tourism = airflow.wait_until_ended("ingest_tourism", NIGHT, timeout_seconds=60)
    assert tourism["state"] == "failed"
    assert "land [eurostat]" in airflow.failed_tasks("ingest_tourism", tourism["dag_run_id"])
    with open_served(settings) as served:
        posts = served.execute("select count(*) from kpi_month where kpi_id = 'citizen_post_share'").fetchone()[0]
        reports = served.execute("select sum(value) from kpi_month where kpi_id = 'requests'").fetchone()[0]
    assert posts > 0
    assert reports > 0, "nothing was published: the test would prove nothing"

    left = []
    for folder in (installation, tmp_path / "tmp"):
        for path in folder.rglob("*"):
            if not path.is_file() or path.is_symlink() or "secrets" in path.parts:
                continue
            if path.suffix == ".duckdb":
                texts = _duckdb_text(path)
            elif path.suffix in (".parquet", ".zst"):
                continue  # test_canaries.py opens these one by one
            else:
                texts = [path.read_bytes().decode("utf-8", "replace")]
            left += [(str(path.relative_to(folder)), match.group()) for t in texts if (match := TRACES.search(t))]
    assert left == []
    database = sqlite3.connect(installation / "airflow" / "airflow.db")
    assert database.execute("select count(*) from task_instance").fetchone()[0] > 10
