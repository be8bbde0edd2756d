"""
## What it does
At 07:30 Europe/Paris, once the night is published: sweeps what nobody reads any more (unfinished attempts, versions
beyond the last 14, old logs) and reports what grows on the disk. It never touches the landing, bronze or the secrets.

## A task is red
- `housekeep`: the log names the file or the folder. Nothing depends on this DAG: the next night runs without it.
  When the disk is full, `comptoir doctor` says what takes the room.

## Run one night again
Trigger this DAG, or clear its task. It may be run at any time: it waits for the writer's slot.

## Ask the publisher again
Not here: this DAG asks nothing of any publisher.
"""

import datetime as dt
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from comptoir.orchestration.factory import DEFAULT_ARGS
from comptoir.orchestration.names import TIME_ZONE, WRITER_POOL


@task(pool=WRITER_POOL, retries=1, execution_timeout=dt.timedelta(minutes=30))
def housekeep() -> dict[str, Any]:
    """Sweep, and report the disk."""
    from comptoir.orchestration import steps

    return steps.housekeep()


@dag(
    description="Sweeps what nobody reads any more and reports the disk",
    doc_md=__doc__,
    # Switched on later in the morning, it waits for its next tick: by default that of the last two hours runs at once.
    schedule=CronTriggerTimetable("30 7 * * *", timezone=TIME_ZONE, run_immediately=dt.timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["housekeeping"],
)
def housekeeping() -> None:
    """One task."""
    housekeep()


housekeeping_dag = housekeeping()
