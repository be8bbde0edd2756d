"""A test may be skipped only for a reason that stands here; any other skip fails the run."""

import os
import re

import pytest

ALLOWED_SKIPS = [r"no recorded files in .*: set COMPTOIR_REAL_DATA"]
if not os.environ.get("CI"):
    ALLOWED_SKIPS.append(r"NOT LOOKED AT IN A BROWSER")

_refused: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(re.search(allowed, reason) for allowed in ALLOWED_SKIPS):
            _refused.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _refused and session.exitstatus == 0:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter) -> None:
    for line in _refused:
        terminalreporter.write_line(f"SKIP NOT ALLOWED  {line}", red=True)
