"""Starting, watching and ending the servers of ``make run``: nobody else's process is ever signalled."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from comptoir.settings import ComptoirError

LOOPBACK = "127.0.0.1"
PORTS_TRIED = 50


@dataclass(frozen=True)
class Service:
    """A server that was started: its session leader, and the leader's start time (seconds since the epoch).

    The start time tells our process from another one that was later given the same number.
    """

    name: str
    pid: int
    started: float
    port: int
    log: str

    @property
    def url(self) -> str:
        """Where it answers on this machine."""
        return f"http://{LOOPBACK}:{self.port}"

    def is_running(self) -> bool:
        """Tell whether the leader is the process that was started, and alive."""
        with contextlib.suppress(psutil.NoSuchProcess):
            leader = psutil.Process(self.pid)
            return _same_start(leader, self.started) and leader.status() != psutil.STATUS_ZOMBIE
        return False


def free_port(preferred: int, taken: Sequence[int] = ()) -> int:
    """Return the preferred port of the loopback interface, or the next one that nobody listens on.

    Raises:
        ComptoirError: none of the next ports is free.
    """
    for port in range(preferred, preferred + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((LOOPBACK, port))
                if port not in taken:
                    return port
    raise ComptoirError(
        f"No free port from {preferred} to {preferred + PORTS_TRIED - 1}. End what listens there, or choose others "
        "with COMPTOIR_SANDBOX_PORT, COMPTOIR_AIRFLOW_PORT and COMPTOIR_SUPERSET_PORT."
    )


def start(
    name: str, argv: Sequence[str], *, run_dir: Path, port: int, env: Mapping[str, str], cwd: Path | None = None
) -> Service:
    """Start a server in a session of its own, its output in ``run_dir/<name>.log``, and write down what it is.

    Raises:
        ComptoirError: the program is not there.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    log_path = run_dir / f"{name}.log"
    with log_path.open("ab") as log:
        try:
            process = subprocess.Popen(  # noqa: S603  # our own servers, no shell
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise ComptoirError(f"Cannot start {name}: {error}. Run `make run`, which installs it.") from error
    service = Service(name, process.pid, psutil.Process(process.pid).create_time(), port, str(log_path))
    unfinished = run_dir / f"{name}.json.part"
    unfinished.write_text(json.dumps(asdict(service)))
    unfinished.replace(run_dir / f"{name}.json")
    return service


def find(name: str, run_dir: Path) -> Service | None:
    """Return the server of that name if it was started from here and still runs."""
    service = _read(run_dir / f"{name}.json")
    return service if service and service.is_running() else None


def wait_until_answers(service: Service, path: str, *, timeout_seconds: float) -> None:
    """Wait until the server answers ``path`` with a success.

    Raises:
        ComptoirError: it ended, or did not answer in time; quotes the end of its log.
    """
    deadline = time.monotonic() + timeout_seconds
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if not service.is_running():
            raise ComptoirError(f"{service.name} ended while starting. Its log {service.log} says:\n{_tail(service)}")
        with contextlib.suppress(urllib.error.URLError, OSError), opener.open(service.url + path, timeout=5):
            return
        time.sleep(0.5)
    raise ComptoirError(
        f"{service.name} did not answer {service.url}{path} within {timeout_seconds:.0f} s. "
        f"Its log {service.log} says:\n{_tail(service)}"
    )


def stop_all(run_dir: Path, *, grace_seconds: float = 20) -> list[str]:
    """End every server written down in ``run_dir``, children included; returns the names of those that ran.

    Raises:
        ComptoirError: a process is left after SIGKILL; says which.
    """
    ended = []
    for record in sorted(run_dir.glob("*.json")):
        service = _read(record)
        if service is None:
            continue
        if stop(service, grace_seconds=grace_seconds):
            ended.append(service.name)
        record.unlink()
    return ended


def stop(service: Service, *, grace_seconds: float = 20) -> bool:
    """End one server and all it started: SIGTERM, a grace period, SIGKILL. True if something was alive.

    Raises:
        ComptoirError: a process is left after SIGKILL.
    """
    members = family(service)
    if not members:
        return False
    for number, patience in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + patience
        for member in members:
            _signal(member, number)
        while time.monotonic() < deadline:
            # Read again each time: a server may start one more child while it ends.
            members = {member for member in members | family(service) if _is_alive(member)}
            if not members:
                return True
            time.sleep(0.2)
            if number == signal.SIGKILL:
                for member in members:
                    _signal(member, number)
    left = ", ".join(str(member.pid) for member in members)
    raise ComptoirError(f"{service.name}: processes {left} are still there after SIGKILL. Look at them with `ps`.")


def family(service: Service) -> set[psutil.Process]:
    """Return the live processes of the server's session, and the leader's descendants outside it.

    Airflow's task runners leave the process group but not the session. The number of a session in use is never given
    to another process: if the leader's number now belongs to a younger process, the session is empty.
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(service.pid)
        if not _same_start(leader, service.started):
            return set()
        descendants = {leader, *leader.children(recursive=True)}
        return {p for p in descendants | _session(service) if _is_alive(p)}
    return {p for p in _session(service) if _is_alive(p)}


def _session(service: Service) -> set[psutil.Process]:
    members = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == service.pid and process.create_time() >= service.started - 0.05:
                members.add(process)
    return members


def _same_start(process: psutil.Process, started: float) -> bool:
    return bool(abs(process.create_time() - started) < 0.05)


def _is_alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _read(path: Path) -> Service | None:
    try:
        return Service(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _tail(service: Service, lines: int = 15) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(Path(service.log).read_text(errors="replace").splitlines()[-lines:])
    return "(no log)"
