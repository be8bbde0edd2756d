"""The how-to is executed as it is written, in a temporary clone, against the sandbox."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from comptoir.settings import PROJECT_DIR

NIGHT = "2026-10-10"
pytestmark = pytest.mark.slow


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def clone(tmp_path):
    """The tracked files of this checkout, as they stand now."""
    target = tmp_path / "clone"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT_DIR, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (PROJECT_DIR / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT_DIR / name, target / name)
    return target


# The sources that the how-to adds answer as the demonstration's own do.
ADDED = {"portail_lannion": "opendatasoft", "open311_quimper": "open311", "courrier_lorient": "guichet_rennes"}


def test_a_new_portal_city_or_register_is_one_yaml_file(clone, publishers, installation):
    world = publishers.app.state.world
    world.publishers |= {added: world.publishers[known] for added, known in ADDED.items()}
    bin_dir = clone.parent / "bin"
    bin_dir.mkdir()
    command = bin_dir / "comptoir"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from comptoir.cli import main; main()" "$@"\n')
    command.chmod(0o755)
    env = {**os.environ, "PATH": f"{bin_dir}:{os.environ['PATH']}", "PYTHONPATH": str(clone / "src"), "NIGHT": NIGHT}
    env.pop("COMPTOIR_CONFIG", None)
    blocks = _blocks(clone / "docs" / "how-to" / "add-a-source.md")
    assert len(blocks) == 7
    output = ""
    try:
        for block in blocks:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block],
                cwd=clone,
                env=env,
                capture_output=True,
                text=True,
                check=False,
            )
            output += done.stdout
            assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    finally:
        for added in ADDED:
            del world.publishers[added]
    page = (clone / "docs" / "reference" / "sources.md").read_text(encoding="utf-8")
    assert all(f"(`{added}`)" in page for added in ADDED)
    assert list(installation.glob(f"lake/bronze/portail_lannion/reports/night={NIGHT}.parquet"))
    assert f"Published up to the night of {NIGHT}" in output
