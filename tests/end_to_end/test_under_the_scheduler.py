"""One night through the real scheduler with the real steps: a source fails visibly, and no canary is left anywhere."""

import sqlite3

import pytest

from comptoir.inventory.schema import load_inventory
from comptoir.lake import verdicts
from comptoir.orchestration import airflow_server, processes, steps
from comptoir.orchestration.airflow_api import AirflowApi
from comptoir.orchestration.local import run_nights
from comptoir.orchestration.names import ALL_DAG_IDS, BUILD_DAG_ID
from comptoir.serving.versions import open_served
from comptoir.settings import ComptoirError, get_settings

from ..canaries import Canaries, CanaryPublisher, left_in

NIGHT = "2026-10-10"
# Each fails its own way with canaries in the body that it could not read.
MALFORMED = {"eurostat": "html-error", "matomo": "error-in-200", "open311": "truncate", "publik": "refused"}
pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def canaries(publishers, monkeypatch):
    """Canaries in every field of every source; some sources send nothing that can be read."""
    planted, world, inventory = Canaries(), publishers.app.state.world, load_inventory()
    for source, publisher in list(world.publishers.items()):
        instead = CanaryPublisher(source, publisher, planted, inventory, MALFORMED.get(source, ""))
        monkeypatch.setitem(world.publishers, source, instead)
    return planted


@pytest.fixture
def airflow(publishers, canaries, installation, warehouse_is_there, tmp_path, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
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


def test_a_failed_source_shows_the_others_publish_and_no_canary_is_left(
    airflow, canaries, installation, tmp_path, settings
):
    assert sorted(build["state"] for build in airflow.runs(BUILD_DAG_ID, NIGHT)) == ["failed", "success"]
    tourism = airflow.wait_until_ended("ingest_tourism", NIGHT, timeout_seconds=60)
    assert tourism["state"] == "failed"
    assert "land [eurostat]" in airflow.failed_tasks("ingest_tourism", tourism["dag_run_id"])
    with open_served(settings) as served:
        posts = served.execute("select count(*) from kpi_month where kpi_id = 'citizen_post_share'").fetchone()[0]
        reports = served.execute("select sum(value) from kpi_month where kpi_id = 'requests'").fetchone()[0]
    assert posts > 0
    assert reports > 0, "nothing was published: the test would prove nothing"

    assert not (left := left_in(installation, canaries) + left_in(tmp_path / "tmp", canaries)), "\n".join(left)
    database = sqlite3.connect(installation / "airflow" / "airflow.db")
    for table in ("task_instance", "xcom", "dag_run"):
        assert database.execute(f"select count(*) from {table}").fetchone()[0] > 0, (
            f"{table} is empty: nothing is proven"
        )
    logs = "".join(path.read_text("utf-8", "replace") for path in (installation / "airflow" / "logs").rglob("*.log"))
    for source in MALFORMED:
        assert f"{source}: http" in logs, "its failure is in no log: nothing is proven of it"
