"""What happens when a task is red: an event in the lake for a source, and a next step in the log for everybody."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)


def require_night(night: str | None) -> str:
    """Return the night (``YYYY-MM-DD``) of a run.

    Raises:
        AirflowFailException: the run was triggered without a partition key, or with one that is no day.
    """
    try:
        return dt.date.fromisoformat(str(night)).isoformat()
    except ValueError:
        raise AirflowFailException(
            f"This run has no night: its partition key is {night!r}. Trigger the DAG again with a partition key "
            "written YYYY-MM-DD (the Europe/Paris day that the night ends)."
        ) from None


def source_failed(context: Context) -> None:
    """Record in the lake that a source gave nothing for the night, once its retries are spent."""
    from comptoir.orchestration.steps import record_failure

    source_id = _mapped_argument(context, "source_id")
    night = require_night(context.get("partition_key"))
    error = context.get("exception")
    record_failure(source_id, night, f"{type(error).__name__}: {error}" if error else "the task was killed")
    log.error(
        "Source '%s' gave nothing for the night %s; the build goes on and shows it as stale. Next: read the error "
        "above, run `comptoir source check %s`, then trigger %s again with partition key %s and rebuild = true.",
        source_id,
        night,
        source_id,
        context["ti"].dag_id,
        night,
    )


def task_failed(context: Context) -> None:
    """Say in the log of a red task where its runbook is and how to run the night again."""
    log.error(
        "Task '%s' failed for the night %s. Next: read the error above; the runbook is the documentation of the DAG "
        "'%s' in Airflow. Once mended, clear this task: every step may be run again.",
        context["ti"].task_id,
        context.get("partition_key") or "(none)",
        context["ti"].dag_id,
    )


def missing_domains(events_by_domain: Mapping[str, Any], night: str) -> list[str]:
    """Return the domains whose asset was never emitted for the night, given each domain's asset events."""
    return [
        domain
        for domain, events in events_by_domain.items()
        if not any(event.partition_key == night for event in events)
    ]


def describe_failures(
    night: str, expected: list[str] | None, landed: list[str], verdicts: list[dict[str, Any]] | None
) -> str | None:
    """Return what is wrong with a domain's night in one message, or None when every source landed and was judged.

    Held batches are not failures of the run: they are named in the log, and shown as stale downstream.
    """
    again = f"Then trigger this DAG again with partition key {night} and rebuild = true."
    if expected is None:
        return f"The sources of the night {night} could not be listed: see the task list_sources. {again}"
    missing = sorted(set(expected) - set(landed))
    if missing:
        return (
            f"{len(missing)} of {len(expected)} sources gave nothing for the night {night}: {', '.join(missing)}. "
            f"The build goes on without them. Open their red 'land' task for the error. {again}"
        )
    if verdicts is None:
        return f"The night {night} landed but was not settled: see the task settle. {again}"
    return None


def _mapped_argument(context: Context, name: str) -> str:
    arguments: Mapping[str, Any] = getattr(context["task"], "op_kwargs", {})
    return str(arguments[name])
