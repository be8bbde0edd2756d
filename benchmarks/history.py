"""What a night's build costs when the history behind it is ten times as long.

``python benchmarks/history.py --nights 40 404`` writes two lakes of the same little region (the fixtures of
``tests/dbt``), builds each, adds one night to both and builds again. A build of an empty lake is what every build
costs; what a night's build takes beyond it, in seconds and in rows that DuckDB scanned, is its variable cost. Printed:
the variable cost behind either history, how they compare, and the models whose time grew most. So that a night has as
much to do behind the shorter history: windows in which records are read again, and how long an open case goes on
waiting, are cut to a week; and both histories end on the same day of a month, since a night moves whole months of KPIs.
How to read it stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT_DIR = Path(__file__).resolve().parents[1]
sys.path.append(str(PROJECT_DIR / "tests" / "dbt"))

import social_fixture  # noqa: E402
from dbt.adapters.duckdb.environments import Environment  # noqa: E402
from fixture_lake import FixtureLake  # noqa: E402
from whole_region import streams  # noqa: E402

from comptoir.settings import Settings, get_settings  # noqa: E402
from comptoir.warehouse.build import BuildResult, build  # noqa: E402

FIRST_NIGHT = dt.date(2026, 11, 1)  # what the fixtures know begins there
WINDOW_DAYS = 7
HORIZON = "horizon_days = 365"  # of the models that follow open cases
METRICS = re.compile(r"CUMULATIVE_ROWS_SCANNED, '?value'?: '?(\d+)")


@contextmanager
def short_windows() -> Iterator[None]:
    """A copy of the dbt project whose streams, open cases and shy platforms are followed for a week at most."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(shutil.copytree(PROJECT_DIR / "dbt", Path(name) / "dbt"))
        seed = next(project.rglob("source_stream.csv"))
        with seed.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with seed.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(row | {"re_read_days": min(int(row["re_read_days"]), WINDOW_DAYS)} for row in rows)
        delay = next(project.rglob("fct_request_delay.sql"))
        followed = delay.read_text(encoding="utf-8")
        assert HORIZON in followed
        delay.write_text(followed.replace(HORIZON, f"horizon_days = {WINDOW_DAYS}"), encoding="utf-8")
        Settings.dbt_dir = property(lambda _: project)  # type: ignore[method-assign,assignment]
        social_fixture.WINDOWS = dict.fromkeys(social_fixture.WINDOWS, WINDOW_DAYS)
        yield


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


def measure(nights: int, scale: int, copies: int) -> tuple[BuildResult, int]:
    """What a night more costs behind so many (none: a build that has nothing to do), without data tests."""
    with tempfile.TemporaryDirectory() as name, logged(log := Path(name) / "log"):
        os.environ["COMPTOIR_VAR"] = name
        settings = get_settings()
        settings.lake_dir.mkdir(parents=True)
        lake = FixtureLake(settings.lake_dir, copies)
        result = None
        # the second build is the first swap of keys in a young table
        for offsets in (range(nights), range(nights, nights + 1), range(nights + 1, nights + 2)):
            if nights:
                add_nights(lake, scale, offsets)
            take_rows(log)
            result = build(str(FIRST_NIGHT), settings=settings, with_tests=False)
        assert result is not None
        return result, take_rows(log)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, nargs=2, default=[40, 404])
    parser.add_argument("--scale", type=int, default=4, help="records a night, as a multiple of the tests'")
    parser.add_argument("--copies", type=int, default=200, help="how often each of them is written")
    options = parser.parse_args()
    with short_windows():
        compare(*options.nights, options.scale, options.copies)


def compare(few: int, many: int, scale: int, copies: int) -> None:
    """Measure behind both histories, and print."""
    fixed, fixed_rows = measure(0, scale, copies)
    print(f"nothing to do: {fixed.seconds:.1f} s, {fixed_rows:,} rows", flush=True)
    cost: dict[int, tuple[float, int]] = {}
    seconds: dict[str, dict[int, float]] = defaultdict(dict)
    for nights in (few, many):
        night, rows = measure(nights, scale, copies)
        cost[nights] = (night.seconds - fixed.seconds, rows - fixed_rows)
        for node in night.nodes:
            seconds[node.name][nights] = node.seconds
        print(
            f"{nights:>4} nights: a night {night.seconds:.1f} s, {rows:,} rows; variable {cost[nights][0]:.1f} s "
            f"({cost[nights][0] / night.seconds:.0%}), {cost[nights][1]:,} rows",
            flush=True,
        )
    print(f"time x{cost[many][0] / cost[few][0]:.2f}, rows x{cost[many][1] / cost[few][1]:.2f}")
    grown = sorted(seconds, key=lambda name: seconds[name].get(few, 0) - seconds[name].get(many, 0))
    for name in grown[:20]:
        print(f"  {name}: {seconds[name].get(few, 0):.2f} s, then {seconds[name].get(many, 0):.2f} s")


if __name__ == "__main__":
    main()
