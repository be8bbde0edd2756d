"""A real Superset: provisioned twice, edited, locked, and following each publication."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from comptoir.bi.assets import canonical, load_assets, read_export
from comptoir.bi.install import admin_password, prepare
from comptoir.bi.provision import ProvisionReport, export_dashboard, provision
from comptoir.bi.session import SupersetSession, admin_session
from comptoir.settings import ComptoirError

pytestmark = [pytest.mark.superset, pytest.mark.slow, pytest.mark.timeout(600)]
PASSWORD = "a long pass phrase for tests"


@pytest.fixture(scope="module")
def provisioned(running_superset: Any) -> ProvisionReport:
    return provision(running_superset.settings, running_superset.base_url)


@pytest.fixture
def admin(running_superset: Any, provisioned: ProvisionReport) -> SupersetSession:
    return admin_session(running_superset.settings, running_superset.base_url)


@pytest.fixture(scope="module")
def people(running_superset: Any, provisioned: ProvisionReport) -> dict[str, SupersetSession]:
    """One person of each role, logged in."""
    session = admin_session(running_superset.settings, running_superset.base_url)
    roles = {row["name"]: row["id"] for row in session.rows("security/roles/")}
    for number, role in enumerate(provisioned.roles):
        person = {
            "username": f"person{number}",
            "first_name": "A",
            "last_name": role,
            "email": f"person{number}@region.example",
            "active": True,
            "roles": [roles[role]],
            "password": PASSWORD,
        }
        session.request("POST", "security/users/", json=person)
    return {
        role: SupersetSession(running_superset.base_url, f"person{number}", PASSWORD)
        for number, role in enumerate(provisioned.roles)
    }


def by_name(session: SupersetSession, path: str, key: str, name: str) -> dict[str, Any]:
    return next(row for row in session.rows(path) if row[key] == name)


def sql(session: SupersetSession, database_id: int, statement: str) -> requests.Response:
    """Run a statement in SQL Lab; return the answer, refusals included."""
    body = {"database_id": database_id, "sql": statement, "runAsync": False}
    url = f"{session.base_url}/api/v1/sqllab/execute/"
    return session.client.session.post(url, json=body, timeout=60)


def kpi_sum(session: SupersetSession) -> float:
    """Ask a chart's question: the requests of all months, over the chart-data API."""
    dataset = by_name(session, "dataset/", "table_name", "rpt_kpi_month")
    metric = {"expressionType": "SIMPLE", "column": {"column_name": "value"}, "aggregate": "SUM", "label": "total"}
    filters = [{"col": "kpi_id", "op": "==", "val": "requests"}]
    query = {"columns": [], "metrics": [metric], "filters": filters, "row_limit": 1}
    body = {"datasource": {"id": dataset["id"], "type": "table"}, "queries": [query], "force": False}
    return float(session.request("POST", "chart/data", json=body).json()["result"][0]["data"][0]["total"])


def test_provisioning_twice_changes_nothing(running_superset: Any, admin: SupersetSession) -> None:
    def held() -> dict[str, Any]:
        exported = read_export(admin.request("GET", "assets/export/").content)
        return {asset.uuid: canonical(asset.kind, asset.content) for asset in exported}

    before = held()
    report = provision(running_superset.settings, running_superset.base_url)
    assert held() == before
    assert (report.datasets, report.charts, len(report.dashboards)) == (4, len(list(admin.rows("chart/"))), 1)
    assert report.roles == ["Office", "Région", "Analyste"]
    assert report.overwritten == []


def test_preparing_again_is_quick_and_keeps_the_password(running_superset: Any) -> None:
    password = admin_password(running_superset.settings)
    started = time.monotonic()
    prepare(running_superset.settings)
    assert time.monotonic() - started < 3
    assert admin_password(running_superset.settings) == password


def test_no_secret_is_written_in_a_log(running_superset: Any, admin: SupersetSession) -> None:
    secrets = [path.read_text() for path in running_superset.settings.secrets_dir.iterdir()]
    assert len(secrets) >= 2
    for log in running_superset.settings.superset_dir.glob("*.log"):
        text = log.read_text(errors="replace")
        assert not any(secret in text for secret in secrets), log.name


def test_metrics_come_from_the_catalogue(admin: SupersetSession, metrics: list[dict[str, str]]) -> None:
    dataset = by_name(admin, "dataset/", "table_name", "rpt_kpi_month")
    held = {m["metric_name"]: m for m in admin.request("GET", f"dataset/{dataset['id']}").json()["result"]["metrics"]}
    for metric in metrics:
        assert held[metric["metric_name"]]["expression"] == metric["expression"]
        assert held[metric["metric_name"]]["verbose_name"] == metric["verbose_name_fr"]
        assert held[metric["metric_name"]]["description"] == metric["description_fr"]


@pytest.fixture
def edited_chart(running_superset: Any, admin: SupersetSession) -> Iterator[int]:
    """Someone renames a chart in the browser; put back afterwards whatever happens."""
    chart = by_name(admin, "chart/", "slice_name", "Demandes")
    admin.request("PUT", f"chart/{chart['id']}", json={"slice_name": "Demandes de la semaine"})
    yield int(chart["id"])
    provision(running_superset.settings, running_superset.base_url, force=True)


def test_an_edit_made_in_the_browser_is_not_overwritten(
    running_superset: Any, admin: SupersetSession, edited_chart: int
) -> None:
    settings, url = running_superset.settings, running_superset.base_url
    with pytest.raises(ComptoirError, match=r"chart « Demandes de la semaine ».*export.*force"):
        provision(settings, url)
    assert (
        next(row["slice_name"] for row in admin.rows("chart/") if row["id"] == edited_chart) == "Demandes de la semaine"
    )
    assert provision(settings, url, force=True).overwritten == ["Demandes de la semaine"]
    assert by_name(admin, "chart/", "slice_name", "Demandes")["id"] == edited_chart


def test_an_edit_can_be_exported_and_kept(
    running_superset: Any, admin: SupersetSession, edited_chart: int, tmp_path: Path
) -> None:
    settings, url = running_superset.settings, running_superset.base_url
    folder = tmp_path / "assets"
    shutil.copytree(settings.superset_assets_dir, folder)
    changed = export_dashboard(settings, url, "territoire", assets_dir=folder)
    assert [path.name for path in changed] == ["demandes.yaml"]
    kept = next(asset for asset in load_assets(folder) if asset.name == "demandes")
    assert kept.title == "Demandes de la semaine"
    assert "description" not in kept.content, "the catalogue's definition is not copied into the file"
    provision(settings, url)  # exported, hence safe to overwrite


def test_a_chart_taken_off_a_dashboard_comes_back_by_force(running_superset: Any, admin: SupersetSession) -> None:
    dashboard = admin.request("GET", "dashboard/territoire").json()["result"]
    position = json.loads(dashboard["position_json"])
    row = position["ROW-visiteurs_chiffres"]
    del position[row["children"].pop()]
    admin.request("PUT", f"dashboard/{dashboard['id']}", json={"position_json": json.dumps(position)})
    with pytest.raises(ComptoirError, match="dashboard « Tableau de bord du territoire »"):
        provision(running_superset.settings, running_superset.base_url)
    provision(running_superset.settings, running_superset.base_url, force=True)
    charts = admin.request("GET", "dashboard/territoire/charts").json()["result"]
    assert len(charts) == sum(a.kind == "charts" for a in load_assets(running_superset.settings.superset_assets_dir))


def test_nothing_is_shown_to_a_stranger(running_superset: Any, provisioned: ProvisionReport) -> None:
    page = requests.get(f"{running_superset.base_url}/superset/dashboard/territoire/", timeout=30)
    assert "/login" in page.url
    assert requests.get(f"{running_superset.base_url}/api/v1/dashboard/", timeout=30).status_code == 401
    policy = page.headers["Content-Security-Policy"]
    assert "scarf" not in policy
    assert "http" not in policy


def test_offices_and_regions_read_the_dashboard_and_have_no_sql(people: dict[str, SupersetSession]) -> None:
    for role in ("Office", "Région"):
        session = people[role]
        charts = session.request("GET", "dashboard/territoire/charts").json()["result"]
        datasets = session.request("GET", "dashboard/territoire/datasets").json()["result"]
        assert len(charts) > 10, role
        assert {dataset["table_name"] for dataset in datasets} >= {"rpt_kpi_month", "publication"}
        assert sql(session, 1, "SELECT 1").status_code == 403
        with pytest.raises(ComptoirError, match="403"):
            session.request("GET", "sqllab/")
        with pytest.raises(ComptoirError, match=r"403|404"):
            session.request("PUT", f"dashboard/{charts[0]['id']}", json={"dashboard_title": "mine"})
        with pytest.raises(ComptoirError, match="403"):
            session.request("GET", "security/users/")


FORBIDDEN = [
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_csv('/etc/passwd', sep=':', header=false)",
    "SELECT * FROM '{other}'",
    "ATTACH '{other}' AS other",
    "COPY (SELECT 1) TO '{target}'",
    "EXPORT DATABASE '{target}'",
    "CREATE TABLE mine AS SELECT 1",
    "DELETE FROM rpt_kpi_month",
    "SET enable_external_access = true",
    "INSTALL httpfs",
    "LOAD httpfs",
]


@pytest.mark.parametrize("dml", [False, True], ids=["as provisioned", "if someone allowed DML"])
def test_sql_lab_reads_the_served_file_and_nothing_else(
    running_superset: Any, admin: SupersetSession, people: dict[str, SupersetSession], tmp_path: Path, dml: bool
) -> None:
    analyst = people["Analyste"]
    database_id = int(by_name(admin, "database/", "database_name", "Comptoir")["id"])
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    names = {
        "secret": running_superset.settings.secrets_dir / "superset_secret_key",
        "other": other,
        "target": tmp_path / "stolen",
    }
    admin.request("PUT", f"database/{database_id}", json={"allow_dml": dml})
    try:
        answer = sql(analyst, database_id, "SELECT count(*) AS n FROM rpt_kpi_month")
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"][0]["n"] > 1000
        for statement in FORBIDDEN:
            refused = sql(analyst, database_id, statement.format(**names))
            assert refused.status_code >= 400, f"{statement} was run: {refused.text[:300]}"
            assert names["secret"].read_text() not in refused.text
        assert not names["target"].exists()
    finally:
        admin.request("PUT", f"database/{database_id}", json={"allow_dml": False})


def test_dashboards_and_sql_lab_at_once(admin: SupersetSession, people: dict[str, SupersetSession]) -> None:
    """DuckDB refuses two connections with different settings to one file: every page must use the same."""
    database_id = int(by_name(admin, "database/", "database_name", "Comptoir")["id"])
    slow = "SELECT count(*) FROM rpt_kpi_month a, rpt_kpi_month b WHERE a.value < b.value"
    answers: list[requests.Response] = []
    writer = threading.Thread(
        target=lambda: answers.extend(sql(people["Analyste"], database_id, slow) for _ in range(6))
    )
    writer.start()
    while writer.is_alive():
        assert kpi_sum(admin) > 0
    writer.join()
    assert [answer.status_code for answer in answers] == [200] * 6, answers[-1].text[:500]


def test_a_new_version_is_seen_by_the_next_query(
    running_superset: Any,
    admin: SupersetSession,
    write_version: Callable[..., Path],
    move_pointer: Callable[[Path, str], None],
) -> None:
    serving = running_superset.settings.serving_dir
    first = (serving / "current").resolve().name
    before = kpi_sum(admin)
    write_version(serving, "20261102T030000Z", scale=2.0)
    move_pointer(serving, "20261102T030000Z")
    try:
        # Several times: each worker process must see it.
        assert [kpi_sum(admin) for _ in range(6)] == [before * 2] * 6
    finally:
        move_pointer(serving, first)
    assert kpi_sum(admin) == before
