"""What a night's build costs when the history behind it is ten times as long.

``python benchmarks/history.py --nights 40 404`` writes two lakes of the same little region (the fixtures of
``tests/dbt``), builds each, then adds nights to both in turns and builds again. A build of an empty lake is what every
build costs; what a night's build takes beyond it, in seconds and in rows that DuckDB scanned, is its variable cost.
Printed: the variable cost behind either history (medians), how they compare round by round, and the models whose time
grew most. It ends with an error when time or rows grew by more than a fifth, or less than 70 % of a night is variable.
So that a night has as much to do behind the shorter history: windows in which records are read again, and how long an
open case goes on waiting, are cut to a week; and both histories end on the same day of a month, since a night moves
whole months of KPIs.
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
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
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
MOST_GROWTH, LEAST_VARIABLE = 1.2, 0.7
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


class History:
    """So many nights (none: an empty lake), built, and one night more: the first swap of keys costs more."""

    def __init__(self, folder: Path, nights: int, scale: int, copies: int) -> None:
        self.folder, self.nights, self.scale, self.added = folder, nights, scale, 0
        self.lake = FixtureLake(self._settings().lake_dir, copies)
        add_nights(self.lake, scale, range(nights))
        self._build()
        self.another_night()

    def another_night(self) -> tuple[BuildResult, int]:
        """Adds a night, if there are any, and builds without data tests: its result, and rows scanned."""
        if self.nights:
            night = self.nights + self.added
            add_nights(self.lake, self.scale, range(night, night + 1))
            self.added += 1
        return self._build()

    def _settings(self) -> Settings:
        os.environ["COMPTOIR_VAR"] = str(self.folder)
        settings = get_settings()
        settings.lake_dir.mkdir(parents=True, exist_ok=True)
        return settings

    def _build(self) -> tuple[BuildResult, int]:
        with logged(log := self.folder / "log"):
            result = build(str(FIRST_NIGHT), settings=self._settings(), with_tests=False)
        return result, take_rows(log)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, nargs=2, default=[40, 404])
    parser.add_argument("--scale", type=int, default=4, help="records a night, as a multiple of the tests'")
    parser.add_argument("--copies", type=int, default=200, help="how often each of them is written")
    parser.add_argument("--measured", type=int, default=5, help="nights added to each, whose median counts")
    parser.add_argument("--keep", type=Path, help="an empty folder in which both histories stay, to be looked into")
    options = parser.parse_args()
    with short_windows(), nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), *options.nights, options.scale, options.copies, options.measured)


def compare(folder: Path, few: int, many: int, scale: int, copies: int, measured: int) -> None:
    """Measure behind both histories, in turns, and print."""
    histories = {nights: History(folder / str(nights), nights, scale, copies) for nights in (0, few, many)}
    results = defaultdict(list)
    for _ in range(measured):
        for nights, history in histories.items():
            results[nights].append(history.another_night())
    seconds = {n: median(result.seconds for result, _ in results[n]) for n in histories}
    rows = {n: median(rows for _, rows in results[n]) for n in histories}
    print(f"nothing to do: {seconds[0]:.1f} s, {rows[0]:,.0f} rows")
    for n in (few, many):
        print(
            f"{n:>4} nights: a night {seconds[n]:.1f} s, {rows[n]:,.0f} rows; variable {seconds[n] - seconds[0]:.1f} s "
            f"({1 - seconds[0] / seconds[n]:.0%}), {rows[n] - rows[0]:,.0f} rows; each night: "
            + ", ".join(f"{result.seconds:.1f} s" for result, _ in results[n])
        )
    # The nights of a round met the same machine: between rounds its speed may drift more than what is asked.
    longer = [
        (long.seconds - nothing.seconds) / (short.seconds - nothing.seconds)
        for (nothing, _), (short, _), (long, _) in zip(results[0], results[few], results[many], strict=True)
    ]
    growth = {"time": median(longer), "rows": (rows[many] - rows[0]) / (rows[few] - rows[0])}
    print(
        f"time x{growth['time']:.2f} (each round: {', '.join(f'x{ratio:.2f}' for ratio in longer)}), "
        f"rows x{growth['rows']:.2f}"
    )
    of_node: dict[str, dict[int, list[float]]] = defaultdict(lambda: {few: [], many: []})
    for n in (few, many):
        for result, _ in results[n]:
            for node in result.nodes:
                of_node[node.name][n].append(node.seconds)
    medians = {name: [median(by[few] or [0.0]), median(by[many] or [0.0])] for name, by in of_node.items()}
    for name, (before, after) in sorted(medians.items(), key=lambda item: item[1][0] - item[1][1])[:20]:
        print(f"  {name}: {before:.2f} s, then {after:.2f} s")
    faults = [f"{what} grew x{ratio:.2f}" for what, ratio in growth.items() if ratio > MOST_GROWTH]
    faults += [
        f"only {1 - seconds[0] / seconds[n]:.0%} of a night behind {n} is variable: measure larger ones (--copies)"
        for n in (few, many)
        if 1 - seconds[0] / seconds[n] < LEAST_VARIABLE
    ]
    sys.exit("; ".join(faults) or None)


if __name__ == "__main__":
    main()
