from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from comptoir.serving.publish import publish
from comptoir.serving.versions import current_dir, open_served

REFUSED = {
    "read_text": "select * from read_text('{tmp}/secret')",
    "read a file by name": "select * from '{tmp}/secret.csv'",
    "glob": "select * from glob('{tmp}/*')",
    "attach": "attach '{tmp}/other.duckdb' as other",
    "attach read-only": "attach '{tmp}/other.duckdb' as other (read_only)",
    "copy to": "copy publication to '{tmp}/stolen.csv'",
    "export": "export database '{tmp}/stolen'",
    "install": "install httpfs",
    "load": "load httpfs",
    "set": "set threads = 1",
    "set external access": "set enable_external_access = true",
    "set global": "set global temp_directory = '{tmp}'",
    "reset": "reset enable_external_access",
    "unlock": "set lock_configuration = false",
    "secret": "create secret thief (type s3)",
    "write": "update publication set is_demo = false",
    "create": "create table mine as select 1",
    "drop": "drop table publication",
}


@pytest.fixture
def _published(settings, warehouse, lenient):
    publish(settings, "2026-11-20", gate=lenient)


@pytest.mark.usefixtures("_published")
@pytest.mark.parametrize("which", ["comptoir", "restricted"])
def test_a_reader_is_locked_down(which, settings, tmp_path):
    (tmp_path / "secret").write_text("key")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    names = {path.name for path in tmp_path.iterdir()}
    with open_served(settings, which) as connection:
        for name, sql in REFUSED.items():
            with pytest.raises(duckdb.Error):
                connection.execute(sql.format(tmp=tmp_path))
                pytest.fail(f"{name} was let through")
        assert connection.execute("select count(*) from publication").fetchone() == (1,)
    assert {path.name for path in tmp_path.iterdir()} == names


def test_the_refusals_are_the_locks_doing(tmp_path):
    (tmp_path / "secret").write_text("key")
    duckdb.connect(str(tmp_path / "served.duckdb")).close()
    with duckdb.connect(str(tmp_path / "served.duckdb"), read_only=True) as connection:
        assert connection.execute(f"select content from read_text('{tmp_path}/secret')").fetchall() == [("key",)]
        connection.execute(f"copy (select 1) to '{tmp_path}/stolen.csv'")
        connection.execute("set threads = 1")


def test_both_files_of_one_version_stay_together(settings, warehouse, lenient):
    first = publish(settings, "2026-11-20", gate=lenient).version.version_id
    folder = current_dir(settings)
    with open_served(settings, version_dir=folder) as public:
        second = publish(settings, "2026-11-21", gate=lenient).version.version_id
        with open_served(settings, "restricted", version_dir=folder) as restricted:
            seen = [c.execute("select version_id from publication").fetchone()[0] for c in (public, restricted)]
    assert seen == [first, first]
    with open_served(settings) as now:
        assert now.execute("select version_id from publication").fetchone() == (second,)


def test_a_long_lived_process_sees_the_new_version_by_its_next_connection(settings, warehouse, lenient):
    """As Superset does: it only knows the path through the pointer, and keeps old connections in a pool."""
    path = settings.serving_dir / "current" / "comptoir.duckdb"
    reader = f"""
import duckdb, sys
kept = []
for line in sys.stdin:
    connection = duckdb.connect({str(path)!r}, read_only=True,
                                config={{"enable_external_access": False, "lock_configuration": True}})
    kept.append(connection)
    print(*(c.execute("select version_id from publication").fetchone()[0] for c in kept), flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        published = []
        for night in ("2026-11-19", "2026-11-20", "2026-11-21"):
            published.append(publish(settings, night, gate=lenient).version.version_id)
            process.stdin.write("look\n")
            process.stdin.flush()
            assert process.stdout.readline().split() == published
        process.stdin.close()
