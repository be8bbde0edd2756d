"""How fast the sandbox serves, how fast a night lands, and that a connector's memory does not grow with the volume.

``python benchmarks/ingest.py rates`` and ``python benchmarks/ingest.py memory``; figures and how to read them stand in
``benchmarks/README.md``. Each run starts its own sandbox and its own empty installation in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import yaml

FIRST, NIGHT = "2026-10-09", "2026-10-10"
LAND = """
import json, resource, sys
from comptoir.orchestration import steps
result = steps.land(sys.argv[1], sys.argv[2])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": sum(result["received"].values()), "peak_mib": peak}))
"""


@contextmanager
def sandbox(scale: float) -> Iterator[psutil.Process]:
    """Serve a seeded world at a scale in a process of its own, and point this environment at it."""
    command = [sys.executable, "-m", "comptoir.sandbox", "serve", "--scale", str(scale)]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"COMPTOIR_VAR": folder, "COMPTOIR_HTTP_PACED": "false", "COMPTOIR_SANDBOX_TOKEN": "benchmark"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                address = process.stdout.readline().split(" on ")[1].strip()
                os.environ["COMPTOIR_ENDPOINT_TEMPLATE"] = address
                yield psutil.Process(process.pid)
            finally:
                process.terminate()


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time that a process has used."""
    used = process.cpu_times()
    return float(used.user + used.system)


def rates(scale: float) -> None:
    """Print, for each source's ordinary night, rows, seconds, and rows per second of the sandbox's processor time."""
    with sandbox(scale) as server:
        from comptoir.orchestration import steps

        sources = steps.enabled_sources()
        print(f"{'source':<26}{'rows':>9}{'seconds':>9}{'rows/s':>9}{'sandbox rows/cpu s':>20}")
        for source in sources:
            steps.land(source, FIRST)
        began = time.monotonic()
        for source in sources:
            clock, used = time.monotonic(), cpu_seconds(server)
            rows = sum(steps.land(source, NIGHT)["received"].values())
            took, served = time.monotonic() - clock, cpu_seconds(server) - used
            print(f"{source:<26}{rows:>9}{took:>9.2f}{rows / took:>9.0f}{rows / max(served, 0.01):>20.0f}")
        landed = time.monotonic()
        steps.settle(sources, NIGHT)
        print(f"night landed in {landed - began:.1f} s, settled in {time.monotonic() - landed:.1f} s")


def memory(source: str, scales: list[float]) -> None:
    """Print a first load's peak memory at several volumes, each in a process of its own."""
    for scale in scales:
        with sandbox(scale):
            done = subprocess.run(
                [sys.executable, "-c", LAND, source, NIGHT], capture_output=True, text=True, check=True
            )
            found = json.loads(done.stdout.splitlines()[-1])
            print(f"{source}: {found['rows']:>9} rows, peak {found['peak_mib']:.0f} MiB")


HEADER = "ID site;Nom du site;Code INSEE;Commune;Mois;Entrées payantes;Entrées gratuites;Total entrées;Observations\n"


def write_drop(folder: Path, rows: int) -> Path:
    """Write an installation's configuration and a drop with one CSV of so many rows; returns the CSV."""
    drop = folder / "drop"
    drop.mkdir()
    config = yaml.safe_load(Path("comptoir.yml").read_text(encoding="utf-8"))
    config["base_urls"] = {"attendance": str(drop)}
    (folder / "comptoir.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    path = drop / "frequentation_sites_bench.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for row in range(rows):
            file.write(f"S{row};Musée de la mer;29019;Brest;août 2026;1 000;200;1 200;relevé à la main\n")
    return path


def drop_memory(volumes: list[int]) -> None:
    """Print the peak memory of landing a dropped CSV at several volumes, each in a process of its own."""
    for rows in volumes:
        with tempfile.TemporaryDirectory() as name:
            size = write_drop(Path(name), rows).stat().st_size / 2**20
            told = {"COMPTOIR_VAR": f"{name}/var", "COMPTOIR_CONFIG": f"{name}/comptoir.yml"}
            inherited = {key: text for key, text in os.environ.items() if key != "COMPTOIR_ENDPOINT_TEMPLATE"}
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-c", LAND, "attendance", NIGHT],
                capture_output=True, text=True, check=True, env=inherited | told,
            )  # fmt: skip
            found, took = json.loads(done.stdout.splitlines()[-1]), time.monotonic() - began
            peak = found["peak_mib"]
            print(
                f"dropped CSV: {found['rows']:>9} rows, {size:.1f} MiB as sent, peak {peak:.0f} MiB, "
                f"less the file {peak - size:.0f} MiB, {took:.0f} s",
                flush=True,
            )


def main() -> None:
    """Run the command line."""
    os.chdir(Path(__file__).resolve().parents[1])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["rates", "memory"])
    parser.add_argument("--scale", type=float, nargs="+", default=None)
    parser.add_argument("--source", default="opendatasoft")
    parser.add_argument(
        "--drop",
        type=int,
        nargs="?",
        const=1_000_000,
        metavar="ROWS",
        help="measure the memory of a dropped CSV of so many rows (1,000,000), and of a tenth of them, instead",
    )
    options = parser.parse_args()
    if options.what == "rates":
        rates((options.scale or [1.0])[0])
    elif options.drop:
        drop_memory([options.drop // 10, options.drop])
    else:
        memory(options.source, options.scale or [1.0, 10.0, 45.0])


if __name__ == "__main__":
    main()
