"""The landing gate: may what came for a stream and a night go on to bronze?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from comptoir.audit.gate import Breach, run_gate
from comptoir.settings import ComptoirError, Settings, get_settings

if TYPE_CHECKING:
    import pandas as pd

KEY_COLUMNS = ("source", "stream", "night", "attempt")
COUNT_COLUMNS = ("received", "kept", "duplicate", "quarantined", "erased", "expired")
NUMBER_COLUMNS = (
    *COUNT_COLUMNS,
    "quarantined_share",
    "usual_received",
    "volume_ratio",
    "missing_fields",
    "newest_record_lag_days",
    "max_quarantined_share",
    "min_volume_ratio",
    "max_volume_ratio",
)
COLUMNS = (*KEY_COLUMNS, *NUMBER_COLUMNS, "is_complete")


@dataclass(frozen=True)
class LandingVerdict:
    """What the gate says of one attempt of a stream-night: ``reasons`` hold it, ``warnings`` are only shown."""

    source: str
    stream: str
    night: str
    attempt: str
    verdict: Literal["accepted", "held"]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def judge(frame: pd.DataFrame, settings: Settings | None = None) -> list[LandingVerdict]:
    """Judge any number of attempts in one pass.

    Args:
        frame: one row per (source, stream, night, attempt) with the columns of ``COLUMNS``; counts are records, shares
            are 0 to 1, ``volume_ratio`` is received over the usual; NULL where not known. Bounds are columns too.
        settings: where results are kept; read from the environment when left out.

    Returns:
        One verdict per row, in the order of the frame.

    Raises:
        ComptoirError: a column is missing, an attempt stands twice, or a rule could not be evaluated.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise ComptoirError(
            f"The landing gate's frame lacks {', '.join(missing)}. Correct the SQL that counts landings;"
            " nothing was judged."
        )
    if frame.empty:
        return []
    frame = _prepare(frame)
    twice = frame.loc[frame.duplicated(list(KEY_COLUMNS)), list(KEY_COLUMNS)]
    if not twice.empty:
        raise ComptoirError(
            f"The landing gate's frame holds {'/'.join(twice.iloc[0])} more than once. Correct the SQL that counts"
            " landings; nothing was judged."
        )
    breaches: dict[int, list[Breach]] = {}
    for breach in run_gate("landing", frame, settings or get_settings()):
        breaches.setdefault(breach.row, []).append(breach)
    return [_verdict(key, breaches.get(row, [])) for row, key in enumerate(frame[list(KEY_COLUMNS)].to_dict("records"))]


def _verdict(key: Mapping[Hashable, str], breaches: list[Breach]) -> LandingVerdict:
    reasons = tuple(breach.message for breach in breaches if breach.is_blocking)
    warnings = tuple(breach.message for breach in breaches if not breach.is_blocking)
    verdict: Literal["accepted", "held"] = "held" if reasons else "accepted"
    return LandingVerdict(key["source"], key["stream"], key["night"], key["attempt"], verdict, reasons, warnings)


def _prepare(frame: pd.DataFrame) -> pd.DataFrame:
    """Text keys, float measures (NULL as NaN whatever the column's type was) and what rules need beside."""
    import pandas as pd

    prepared = pd.DataFrame({column: frame[column].map(_text).astype(object) for column in KEY_COLUMNS})
    for column in NUMBER_COLUMNS:
        prepared[column] = pd.to_numeric(frame[column]).astype("Float64").astype("float64")
    complete = [None if pd.isna(value) else bool(value) for value in frame["is_complete"]]
    prepared["is_complete"] = pd.Series(complete, index=frame.index, dtype=object)
    prepared["accounted"] = prepared[list(COUNT_COLUMNS[1:])].sum(axis="columns", skipna=False)
    prepared["duplicate_share"] = prepared["duplicate"] / prepared["received"].where(prepared["received"] > 0)
    prepared["future_days"] = -prepared["newest_record_lag_days"]
    return prepared.reset_index(drop=True)


def _text(value: Any) -> str:
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else str(value)
