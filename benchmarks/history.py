"""What a night's build costs when the history behind it is ten times as long.

``python benchmarks/history.py --nights 12 120`` writes two lakes of the same little region (the fixtures of
``tests/dbt``), builds each, adds one night to both and builds again. It prints, for the night and for a build that has
nothing new, the seconds and the rows that DuckDB scanned; the difference between the two is what the night cost. Then
the models whose time grew most. How to read it stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Have DuckDB log how many rows each statement of a build scans."""
    initialise = Environment.initialize_cursor

    def and_log(*arguments: Any, **named: Any) -> Any:
        cursor = initialise(*arguments, **named)
        cursor.execute(f"call enable_logging('Metrics', storage = 'file', storage_config = {{'path': '{folder}'}})")
        cursor.execute("set enable_profiling = 'no_output'")
        cursor.execute("set profiling_coverage = 'ALL'")
        cursor.execute("""set custom_profiling_settings = '{"CUMULATIVE_ROWS_SCANNED": "true"}'""")
        return cursor

    Environment.initialize_cursor = staticmethod(and_log)
    try:
        yield
    finally:
        Environment.initialize_cursor = initialise


def take_rows(folder: Path) -> int:
    """Rows scanned since the last call, by the log."""
    rows = 0
    for path in folder.rglob("*"):
        if path.is_file():
            rows += sum(int(found) for found in METRICS.findall(path.read_text(encoding="utf-8")))
            path.unlink()
    return rows


def measure(nights: int, scale: int) -> dict[str, tuple[BuildResult, int]]:
    """What a night more costs behind so many, and what a build costs that has nothing new, both without data tests."""
    with tempfile.TemporaryDirectory() as name, logged(log := Path(name) / "log"):
        os.environ["COMPTOIR_VAR"] = name
        settings = get_settings()
        settings.lake_dir.mkdir(parents=True)
        lake = FixtureLake(settings.lake_dir)

        def built() -> tuple[BuildResult, int]:
            take_rows(log)
            return build(str(FIRST_NIGHT), settings=settings, with_tests=False), take_rows(log)

        add_nights(lake, scale, range(nights))
        built()
        add_nights(lake, scale, range(nights, nights + 1))
        built()  # the first swap of keys in a young table
        add_nights(lake, scale, range(nights + 1, nights + 2))
        return {"night": built(), "nothing": built()}


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
