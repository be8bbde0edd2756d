"""Readers during 50 publications, the publisher killed (SIGKILL) at each step of publishing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comptoir.serving.publish import STEPS, publish
from comptoir.serving.versions import current_dir, open_served, read_events

PUBLICATIONS = 50
# Each table carries the number of its version and a checksum of its own rows, so that a mix or a tear shows.
PUBLISHER = """
import datetime as dt, os, signal, sys, duckdb
from comptoir.audit.serving import ServingVerdict
from comptoir.serving import contract
from comptoir.serving.publish import publish
from comptoir.settings import Settings

settings = Settings()
contract.SERVED_TABLES = tuple(
    contract.ServedTable(f"{file}_{letter}", file, ("row_number",))
    for file in ("comptoir", "restricted") for letter in "ab"
)
passing = lambda new, old, settings: ServingVerdict(True, (), (), ())
first, last, crash_at = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

def die(step):
    if step == crash_at and number == last:
        os.kill(os.getpid(), signal.SIGKILL)

for number in range(first, last + 1):
    settings.warehouse_path.unlink(missing_ok=True)
    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        for table in contract.SERVED_TABLES:
            warehouse.execute(
                f"create table {table.name} as select {number} as version, i as row_number,"
                f" hash({number}, '{table.name}', i) as checksum from range(2000 + {number}) as r(i)"
            )
    publish(settings, dt.date(2026, 1, 1) + dt.timedelta(days=number), gate=passing, on_step=die)
    print(number, flush=True)
"""
READER = """
import sys, time
from pathlib import Path
from comptoir.serving.versions import current_dir, open_served
from comptoir.settings import Settings

settings, stop, seen, queries = Settings(), Path(sys.argv[1]), set(), 0
while not stop.exists():
    folder = current_dir(settings)
    tags = []
    for which in ("comptoir", "restricted"):
        with open_served(settings, which, version_dir=folder if sys.argv[2] == "both" else None) as c:
            for letter in "ab":
                table = f"{which}_{letter}"
                tags.append(c.execute(
                    f"select min(version), max(version), count(*) - 2000, max(day) from {table}, "
                    "(select night - date '2026-01-01' as day from publication)").fetchone())
                wrong = c.execute(
                    f"select count(*) from {table} where checksum <> hash(version, '{table}', row_number)")
                assert wrong.fetchone() == (0,), f"torn: {table} of {folder}"
                queries += 1
            assert len({value for tag in tags[-2:] for value in tag}) == 1, f"mixed within a file: {tags}"
    assert sys.argv[2] != "both" or len({value for tag in tags for value in tag}) == 1, f"mixed between files: {tags}"
    seen.add(tags[-1][0])
    time.sleep(0.05)
print(len(seen), queries)
"""


@pytest.fixture
def start(tmp_path, settings):
    environment = os.environ | {"COMPTOIR_VAR": str(settings.var_dir), "COMPTOIR_CONFIG": str(settings.config_path)}
    processes: list[subprocess.Popen] = []

    def run(script: str, *arguments: object) -> subprocess.Popen:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.slow
def test_readers_see_whole_versions_while_publishers_are_killed_at_every_step(settings, start, tmp_path: Path):
    settings.var_dir.mkdir()
    stop = tmp_path / "stop"
    output, error = start(PUBLISHER, 1, 1, "").communicate()
    assert output == "1\n", error
    readers = [start(READER, stop, "each"), start(READER, stop, "both")]
    number, killed = 2, []
    for step in STEPS:
        last = number + 4
        publisher = start(PUBLISHER, number, last, step)
        output, error = publisher.communicate()
        assert publisher.returncode == -signal.SIGKILL, error
        assert output.split() == [str(n) for n in range(number, last)]
        moved = STEPS.index(step) >= STEPS.index("pointed")
        with open_served(settings) as served:
            (shown,) = served.execute("select max(version) from comptoir_a").fetchone()
        assert shown == (last if moved else last - 1), step
        killed.append(step)
        number = last + 1 if moved else last
    output, error = start(PUBLISHER, number, PUBLICATIONS, "").communicate()
    assert output.split()[-1] == str(PUBLICATIONS), error
    time.sleep(0.2)
    stop.touch()
    for reader in readers:
        output, error = reader.communicate()
        assert reader.returncode == 0, error
        versions_seen, queries = map(int, output.split())
        assert versions_seen >= 10 and queries >= 4 * versions_seen
    assert killed == list(STEPS)
    published = [event["night"] for event in read_events(settings)]
    assert len(published) == len(set(published)) == PUBLICATIONS
    left = sorted(path.name for path in (settings.serving_dir / "versions").iterdir())
    assert len(left) == 14 and left[-1] == current_dir(settings).name


def test_a_killed_publisher_frees_its_lock(settings, warehouse, lenient, start):
    script = (
        "import os, signal\nfrom comptoir.serving.publish import publish\nfrom comptoir.settings import Settings\n"
        "publish(Settings(), '2026-11-20', on_step=lambda step: os.kill(os.getpid(), signal.SIGKILL))"
    )
    publisher = start(script)
    publisher.communicate()
    assert publisher.returncode == -signal.SIGKILL
    assert publish(settings, "2026-11-20", gate=lenient).is_new
