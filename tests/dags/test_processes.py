"""Starting and ending servers: no child is left, and nobody else's process is touched."""

import contextlib
import dataclasses
import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

from comptoir.orchestration import processes
from comptoir.settings import ComptoirError

# A leader with a child in its group, a grandchild that leaves the group (as Airflow's task runners do), and one that
# refuses SIGTERM. Each writes its number.
FAMILY = """
import os, signal, subprocess, sys, time
child = "import time; time.sleep(120)"
deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True);"
first = subprocess.Popen([sys.executable, "-c", child])
second = subprocess.Popen([sys.executable, "-c", child], process_group=0)
third = subprocess.Popen([sys.executable, "-c", deaf + child], stdout=subprocess.PIPE)
third.stdout.readline()
open(sys.argv[1] + ".part", "w").write(f"{os.getpid()} {first.pid} {second.pid} {third.pid}")
os.replace(sys.argv[1] + ".part", sys.argv[1])
if len(sys.argv) > 2:
    os._exit(0)
time.sleep(120)
"""


def start_family(tmp_path, *arguments):
    numbers = tmp_path / "numbers"
    service = processes.start(
        "family",
        [sys.executable, "-c", FAMILY, str(numbers), *arguments],
        run_dir=tmp_path / "run",
        port=1,
        env=os.environ,
    )
    until = time.monotonic() + 20
    while not numbers.exists():
        assert time.monotonic() < until, "the family did not start"
        time.sleep(0.05)
    return service, [int(number) for number in numbers.read_text().split()]


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_stopping_leaves_no_child(tmp_path):
    service, numbers = start_family(tmp_path)
    assert all(alive(pid) for pid in numbers)
    assert processes.find("family", tmp_path / "run") == service
    assert processes.stop_all(tmp_path / "run", grace_seconds=1) == ["family"]
    assert [pid for pid in numbers if alive(pid)] == []
    assert processes.find("family", tmp_path / "run") is None
    assert processes.stop_all(tmp_path / "run") == []


def test_orphans_of_a_dead_leader_are_ended_too(tmp_path):
    service, numbers = start_family(tmp_path, "leader dies")
    with contextlib.suppress(ChildProcessError):
        os.waitpid(service.pid, 0)
    assert not service.is_running()
    processes.stop_all(tmp_path / "run", grace_seconds=1)
    assert [pid for pid in numbers if alive(pid)] == []


def test_a_number_given_to_another_process_is_never_signalled(tmp_path):
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        started = psutil.Process(bystander.pid).create_time()
        stale = processes.Service("stale", bystander.pid, started - 1000, 1, str(tmp_path / "log"))
        assert not stale.is_running()
        assert processes.stop(stale) is False
        assert bystander.poll() is None
        # The control: the same record with the right start time does end it.
        assert processes.stop(dataclasses.replace(stale, started=started)) is True
        assert bystander.wait(timeout=5) is not None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_busy_port_gives_the_next_free_one():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        found = processes.free_port(port)
        assert found > port
        assert processes.free_port(port, taken=[found]) > found


def test_a_server_that_dies_says_why(tmp_path):
    service = processes.start(
        "dying",
        [sys.executable, "-c", "raise SystemExit('the key is missing')"],
        run_dir=tmp_path,
        port=processes.free_port(39000),
        env=os.environ,
    )
    with pytest.raises(ComptoirError, match="the key is missing"):
        processes.wait_until_answers(service, "/health", timeout_seconds=10)


def test_a_server_that_is_ready_is_reached(tmp_path):
    port = processes.free_port(39100)
    service = processes.start(
        "web",
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        run_dir=tmp_path,
        port=port,
        env=os.environ,
        cwd=tmp_path,
    )
    try:
        processes.wait_until_answers(service, "/", timeout_seconds=15)
        with pytest.raises(ComptoirError, match="did not answer"):
            processes.wait_until_answers(service, "/missing", timeout_seconds=1)
    finally:
        processes.stop_all(tmp_path)
