"""The serving gate: may these very files be shown?"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from comptoir.audit import measures
from comptoir.audit.docs import build_data_docs
from comptoir.audit.gate import run_gate
from comptoir.audit.rules import SERVING_RULES
from comptoir.settings import ComptoirError, Settings

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)
_TEXT_COLUMNS = (
    "subject_kind",
    "subject",
    "source_families",
    "night",
    "forbidden_names",
    "first_unreconciled_night",
)
_SHOWN_SUSPECTS = 10


@dataclass(frozen=True)
class Finding:
    """A rule broken by one subject, and the source-nights (``mastodon/2026-11-21``) that may have caused it."""

    rule: str
    subject: str
    message: str
    suspects: tuple[str, ...]


@dataclass(frozen=True)
class ServingVerdict:
    """``passed`` when nothing blocks; ``suspects`` are those of all failures."""

    passed: bool
    failures: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    suspects: tuple[str, ...]


@dataclass(frozen=True)
class _ChangedNight:
    suspect: str
    family: str | None
    is_newly_held: bool


def audit(
    candidate_dir: Path, previous_dir: Path | None, settings: Settings, *, accept_changes: bool = False
) -> ServingVerdict:
    """Judge the two files of ``candidate_dir`` against the rules and against the version before.

    A rule that compares with the version before only warns when an operator accepts the changes, or when a night that
    was served is now held by a decision: then less is what was asked for.

    Raises:
        ComptoirError: a file cannot be opened or measured, or a rule could not be evaluated.
    """
    try:
        with measures.attached(candidate_dir, previous_dir) as connection:
            frame, changed = _measure(connection, previous_dir is not None)
    except duckdb.Error as error:
        raise ComptoirError(
            f"The files in {candidate_dir} cannot be measured: {error} Build the warehouse again; if it comes back,"
            " src/comptoir/audit/measures.py and the marts no longer agree."
        ) from error
    compares = {rule.name for rule in SERVING_RULES if rule.compares}
    failures: list[Finding] = []
    warnings: list[Finding] = []
    for breach in run_gate("serving", frame, settings):
        row = frame.iloc[breach.row]
        families = row["source_families"]
        suspects = [night for night in changed if families is None or night.family in families.split(", ")]
        held = [night.suspect for night in suspects if night.is_newly_held]
        message = breach.message
        blocks = breach.is_blocking
        if blocks and breach.rule in compares and (accept_changes or held):
            blocks = False
            message += " Accepted: " + ("by the operator." if accept_changes else f"{_few(held)} is held since.")
        elif suspects:
            message += f" Suspect nights: {_few([night.suspect for night in suspects])}."
        finding = Finding(breach.rule, str(row["subject"]), message, tuple(night.suspect for night in suspects))
        (failures if blocks else warnings).append(finding)
    _try_data_docs(settings)
    return ServingVerdict(
        passed=not failures,
        failures=tuple(failures),
        warnings=tuple(warnings),
        suspects=tuple(sorted({suspect for failure in failures for suspect in failure.suspects})),
    )


def _measure(connection: duckdb.DuckDBPyConnection, has_previous: bool) -> tuple[pd.DataFrame, list[_ChangedNight]]:
    import pandas as pd

    missing = measures.missing_tables(connection)
    frames = [
        pd.DataFrame(
            {"subject_kind": "table", "subject": f"comptoir.duckdb/{name}", "missing_tables": 1.0} for name in missing
        )
    ]
    changed: list[_ChangedNight] = []
    if not missing:
        frames += [
            measures.publication_measures(connection),
            measures.table_measures(connection, has_previous),
            measures.kpi_measures(connection, has_previous),
            measures.stream_measures(connection),
        ]
        changed = [_ChangedNight(*row) for row in measures.changed_nights(connection, has_previous)]
    measured = {rule.kwargs["column"] for rule in SERVING_RULES} | {"row_count", "previous_row_count"}
    rows = pd.concat([frame.astype(object) for frame in frames], ignore_index=True)
    whole = pd.DataFrame(index=rows.index)
    for column in _TEXT_COLUMNS:
        texts = [None if pd.isna(value) else str(value) for value in rows[column]] if column in rows else None
        whole[column] = pd.Series(texts, index=rows.index, dtype=object)
    for column in sorted(measured):
        whole[column] = pd.to_numeric(rows[column]).astype("float64") if column in rows else float("nan")
    return whole, changed


def _few(suspects: Sequence[str]) -> str:
    more = len(suspects) - _SHOWN_SUSPECTS
    return ", ".join(suspects[:_SHOWN_SUSPECTS]) + (f" and {more} more" if more > 0 else "")


def _try_data_docs(settings: Settings) -> None:
    """Data Docs explain a verdict; they never change it."""
    try:
        build_data_docs(settings)
    except Exception:
        logger.exception("Data Docs could not be built under %s. The verdict stands.", settings.var_dir / "audit")
