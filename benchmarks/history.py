"""What a night's build costs when the history behind it is ten times as long.

``python benchmarks/history.py --nights 12 120`` writes two lakes of the same little region (the fixtures of
``tests/dbt``), builds each, adds one night to both and builds again. It prints, for the night and for a build that has
nothing new, the seconds and the rows that DuckDB scanned; the difference between the two is what the night cost. Then
the models and tests whose time grew most. How to read it stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

PROJECT_DIR = Path(__file__).resolve().parents[1]
sys.path.append(str(PROJECT_DIR / "tests" / "dbt"))

from dbt.adapters.duckdb.environments import Environment  # noqa: E402
from fixture_lake import FixtureLake  # noqa: E402
from whole_region import streams  # noqa: E402

from comptoir.settings import get_settings  # noqa: E402
from comptoir.warehouse.build import BuildResult, build  # noqa: E402

FIRST_NIGHT = dt.date(2026, 11, 1)  # what the fixtures know begins there
METRICS = re.compile(r"CUMULATIVE_ROWS_SCANNED, '?value'?: '?(\d+)")


def add_nights(lake: FixtureLake, scale: int, offsets: range) -> None:
    """Accept every stream's rows of these nights."""
    shown = streams(scale)
    for offset in offsets:
        night = FIRST_NIGHT + dt.timedelta(days=offset)
        for (source, stream), shows in shown.items():
            lake.accept(source, stream, night, shows(source, stream, night, 0))


class Scanned:
    """Counts the rows that every statement of a build scans, by DuckDB's own log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        initialise = Environment.initialize_cursor

        def and_count(*arguments: Any, **named: Any) -> Any:
            cursor = initialise(*arguments, **named)
            cursor.execute(f"call enable_logging('Metrics', storage = 'file', storage_config = {{'path': '{folder}'}})")
            cursor.execute("set enable_profiling = 'no_output'")
            cursor.execute("set profiling_coverage = 'ALL'")
            cursor.execute("""set custom_profiling_settings = '{"CUMULATIVE_ROWS_SCANNED": "true"}'""")
            return cursor

        Environment.initialize_cursor = staticmethod(and_count)

    def take(self) -> int:
        """Rows scanned since the last call."""
        rows = 0
        for path in self.folder.rglob("*"):
            if path.is_file():
                rows += sum(int(found) for found in METRICS.findall(path.read_text(encoding="utf-8")))
                path.unlink()
        return rows


def measure(nights: int, scale: int) -> dict[str, tuple[BuildResult, int]]:
    """The builds of one installation: nothing new, then one night more."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COMPTOIR_VAR"] = folder
        settings = get_settings()
        settings.lake_dir.mkdir(parents=True)
        lake = FixtureLake(settings.lake_dir)
        add_nights(lake, scale, range(nights))
        scanned = Scanned(Path(folder) / "scanned")
        build(str(FIRST_NIGHT), settings=settings, with_tests=False)
        add_nights(lake, scale, range(nights, nights + 1))
        # plans, caches and the first swap of a young table
        build(str(FIRST_NIGHT), settings=settings, with_tests=False)
        measured = {}
        for label in ("night", "nothing"):
            if label == "night":
                add_nights(lake, scale, range(nights + 1, nights + 2))
            scanned.take()
            measured[label] = build(str(FIRST_NIGHT), settings=settings, with_tests=False), scanned.take()
        return measured


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, nargs=2, default=[12, 120])
    parser.add_argument("--scale", type=int, default=4)
    options = parser.parse_args()
    cost: dict[int, tuple[float, int]] = {}
    seconds: dict[str, dict[int, float]] = defaultdict(dict)
    for nights in options.nights:
        builds = measure(nights, options.scale)
        (night, night_rows), (nothing, nothing_rows) = builds["night"], builds["nothing"]
        cost[nights] = (night.seconds - nothing.seconds, night_rows - nothing_rows)
        for node in night.nodes:
            seconds[node.name][nights] = node.seconds
        print(
            f"{nights:>4} nights: a night {night.seconds:.1f} s, {night_rows:,} rows; nothing new "
            f"{nothing.seconds:.1f} s, {nothing_rows:,} rows; "
            f"variable {cost[nights][0]:.1f} s, {cost[nights][1]:,} rows",
            flush=True,
        )
    few, many = options.nights
    print(f"time x{cost[many][0] / cost[few][0]:.2f}, rows x{cost[many][1] / cost[few][1]:.2f}")
    grown = sorted(seconds, key=lambda name: seconds[name].get(few, 0) - seconds[name].get(many, 0))
    for name in grown[:15]:
        print(f"  {name}: {seconds[name].get(few, 0):.2f} s, then {seconds[name].get(many, 0):.2f} s")


if __name__ == "__main__":
    main()
