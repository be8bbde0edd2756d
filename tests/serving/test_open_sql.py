"""What analysts are given works on a published version: every query of the cookbook, and the open data as a package."""

import csv
import re
import shutil
from pathlib import Path

import duckdb
import frictionless
import pytest

from comptoir.orchestration import steps
from comptoir.serving.export import export_open_data
from comptoir.serving.versions import current_dir, open_served
from comptoir.settings import PROJECT_DIR, ComptoirError, get_settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PAGES = ["docs/how-to/sql-cookbook.md", "docs/explanation/how-to-read-a-kpi.md"]
QUERY = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)
QUERIES = [
    pytest.param(query, id=f"{Path(page).stem}-{position}")
    for page in PAGES
    for position, query in enumerate(QUERY.findall((PROJECT_DIR / page).read_text(encoding="utf-8")), 1)
]
# Of what two nights of a small region cannot hold: a revision, an effect of a campaign that lies ahead.
MAY_BE_EMPTY = {"sql-cookbook-18", "sql-cookbook-28"}


@pytest.fixture(scope="module")
def published(_publishers, tmp_path_factory):
    """Two nights of every source of the demonstration, built and published once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_VAR", str(tmp_path_factory.mktemp("open_sql")))
        patch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", _publishers.url + "/{night}/{source}")
        patch.setenv("COMPTOIR_SANDBOX_TOKEN", _publishers.app.state.world.region.token)
        patch.setenv("COMPTOIR_HTTP_PACED", "false")
        assert steps.backfill("2026-11-19", "2026-11-20", progress=lambda _: None) == []
        yield get_settings()


def test_there_are_enough_questions():
    assert len(QUERIES) > 25


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_pages_runs(published, query, request):
    which = "restricted" if query.startswith("-- restricted") else "comptoir"
    with open_served(published, which) as connection:
        rows = connection.execute(query).fetchall()
    assert rows or request.node.callspec.id in MAY_BE_EMPTY


@pytest.fixture(scope="module")
def package_dir(published, tmp_path_factory) -> Path:
    return export_open_data(published, tmp_path_factory.mktemp("open_data"))


def test_the_open_data_are_a_valid_package(package_dir):
    report = frictionless.Package(str(package_dir / "datapackage.json")).validate()
    assert report.flatten(["rowNumber", "fieldName", "code", "message"]) == []
    assert report.valid
    assert {task.name for task in report.tasks} == {"kpi_month", "kpi", "territory"}


def test_a_wrong_cell_of_the_open_data_would_be_found(package_dir, tmp_path):
    for path in package_dir.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lines = (tmp_path / "kpi_month.csv").read_text().splitlines()
    (tmp_path / "kpi_month.csv").write_text("\n".join([*lines, lines[1].replace(lines[1].split(",")[0], "commune:0")]))
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


def test_csv_and_parquet_say_what_was_published(published, package_dir):
    with open_served(published) as connection:
        served = connection.execute(
            "select count(*), count(value), sum(value) from kpi_month "
            "where kpi_id in (select kpi_id from dim_kpi where is_public)"
        ).fetchone()
    for name in ("kpi_month.parquet", "kpi_month.csv"):
        again = duckdb.sql(f"select count(*), count(value), sum(value) from '{package_dir / name}'").fetchone()
        assert again[:2] == served[:2]
        assert again[2] == pytest.approx(served[2])
    with (package_dir / "kpi_month.csv").open(encoding="utf-8", newline="") as file:
        withheld = [row for row in csv.DictReader(file) if row["quality"] == "withheld"]
    assert withheld
    assert all(row["value"] == "" and row["null_reason"] for row in withheld)


def test_what_is_not_public_stays_behind(published, tmp_path, monkeypatch):
    version = tmp_path / "serving" / "versions" / "changed"
    version.mkdir(parents=True)
    shutil.copy(current_dir(published) / "comptoir.duckdb", version)
    (tmp_path / "serving" / "current").symlink_to(version)
    with duckdb.connect(str(version / "comptoir.duckdb")) as connection:
        assert connection.execute("select count(*) from kpi_month where kpi_id = 'requests'").fetchone()[0] > 0
        connection.execute("update dim_kpi set is_public = false where kpi_id = 'requests'")
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path))
    folder = export_open_data(get_settings(), tmp_path / "open")
    for name in ("kpi", "kpi_month"):
        rows = duckdb.sql(f"select count(*), count(*) filter (kpi_id = 'requests') from '{folder / name}.parquet'")
        count, hidden = rows.fetchone()
        assert (count > 0, hidden) == (True, 0)


def test_a_version_is_exported_once_and_never_half(published, package_dir):
    version = current_dir(published)
    assert package_dir.name == version.name
    with pytest.raises(ComptoirError, match="never changes"):
        export_open_data(published, package_dir.parent)
    assert [path.name for path in package_dir.parent.iterdir()] == [version.name]
