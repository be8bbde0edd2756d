"""What a task needs of other people's code is imported before it is forked."""

import os
import subprocess
import sys

import pytest

from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import airflow_server
from comptoir.orchestration.airflow_server import PRELOADED
from comptoir.settings import Settings

IMPORTS = """
import importlib, os, sys
preloaded, needed = (names.split(",") for names in sys.argv[1:])
for name in preloaded:
    importlib.import_module(name)
before = set(sys.modules)
threads = len(os.listdir("/proc/self/task"))
assert not any(name.split(".")[0] == "comptoir" for name in before)
for name in needed:
    importlib.import_module(name)
late = {name.split(".")[0] for name in set(sys.modules) - before}
# duckdb starts one for its default connection, which no code of ours may use (pyproject.toml, banned-api)
assert threads == 2, f"{threads} threads: a fork leaves all but one behind"
print("late:", *sorted(late - set(sys.stdlib_module_names) - {"comptoir"}))
"""


@pytest.mark.airflow
def test_a_task_imports_no_library_that_was_not_there_before_it():
    families = {family.connector for family in load_inventory().families.values()}
    needed = {"orchestration.steps", "audit.landing", "audit.serving", "warehouse.build", "serving.publish"}
    modules = [
        *sorted(families),
        *(f"comptoir.{name}" for name in sorted(needed)),
        "great_expectations",
        "dbt.cli.main",
    ]
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, ",".join(PRELOADED), ",".join(modules)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "OPENBLAS_NUM_THREADS": airflow_server.environment(Settings(), 1)["OPENBLAS_NUM_THREADS"]},
    )
    assert done.stdout.splitlines()[-1] == "late:"
