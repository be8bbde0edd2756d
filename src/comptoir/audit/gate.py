"""Run one gate's committed checkpoint on a frame and say which rows broke which rule."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.audit.project import audit_dir, open_project
from comptoir.settings import ComptoirError, Settings

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

KEPT_RUNS = 20


@dataclass(frozen=True)
class Breach:
    """A rule broken by one row of the frame; ``row`` counts from 0."""

    row: int
    rule: str
    is_blocking: bool
    is_comparison: bool
    message: str


def run_gate(name: str, frame: pd.DataFrame, settings: Settings) -> list[Breach]:
    """Validate ``frame`` (one row per subject) by the checkpoint ``name`` and keep the result under ``var/audit``.

    Returns:
        Breaches in the order of the rules, then of the rows.

    Raises:
        ComptoirError: an expectation could not be evaluated (a gate that cannot judge must not let pass).
    """
    frame = frame.reset_index(drop=True)
    checkpoint = open_project(settings).checkpoints.get(name)
    outcome = checkpoint.run(batch_parameters={"dataframe": frame})
    rows = [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]
    breaches: list[Breach] = []
    for suite_result in outcome.run_results.values():
        breaches.extend(_breaches(name, suite_result, rows))
    _forget_old_runs(audit_dir(settings) / "validations" / name)
    return breaches


def _breaches(
    gate: str, suite_result: ExpectationSuiteValidationResult, rows: list[dict[str, Any]]
) -> Iterator[Breach]:
    for result in suite_result.results:
        if result.success:
            continue
        meta: Mapping[str, Any] = (result.expectation_config.meta if result.expectation_config else None) or {}
        for row in _broken_rows(gate, str(meta.get("rule")), result):
            yield Breach(
                row=row,
                rule=meta["rule"],
                is_blocking=meta["severity"] == "block",
                is_comparison=meta["compares"],
                message=meta["message"].format_map(rows[row]),
            )


def _broken_rows(gate: str, rule: str, result: ExpectationValidationResult) -> list[int]:
    broken = (result.result or {}).get("unexpected_index_list")
    if not broken:
        reasons = [
            info["exception_message"]
            for info in _exceptions(result.exception_info or {})
            if info.get("raised_exception")
        ]
        raise ComptoirError(
            f"The {gate} gate could not evaluate its rule '{rule}': {'; '.join(reasons) or 'no failing row was named'}."
            " Nothing was judged. If the frame's columns changed, change src/comptoir/audit/rules.py with them."
        )
    return [int(row) for row in broken]


def _exceptions(info: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Great Expectations nests exceptions by metric, except when there is a single one."""
    return [info] if "raised_exception" in info else [part for part in info.values() if isinstance(part, Mapping)]


def _forget_old_runs(folder: Path) -> None:
    """Keep the last runs only: Data Docs render every stored result, each night anew."""
    runs = sorted(run for run in folder.glob("*/*") if run.is_dir())
    for run in runs[:-KEPT_RUNS]:
        shutil.rmtree(run, ignore_errors=True)
