"""
## What it does
Builds the warehouse from the lake with one `dbt build`, puts the files to be served through the serving gate, and
moves the pointer `serving/current`. It starts for a night (the partition key) when the three domains have announced
that night, or when a build is asked for (`build_deadline` at 06:30 Europe/Paris, or `rebuild` on an ingest DAG).
One run at a time, in the pool `warehouse_writer` (one slot): DuckDB has one writing process.

## A task is red
- `build`: the log ends with the model or test that failed and its message. Nothing that readers see has changed.
  The warehouse is a pure function of the lake: `comptoir doctor` says whether the disk is at fault; deleting
  `var/warehouse.duckdb` and running again is always safe.
- `publish`: the serving gate refused the files. No pointer moved, readers keep the last good version. The log names
  the expectation and the suspect batches: `comptoir hold SOURCE NIGHT`, then run the night again.

## Run one night again
Trigger this DAG with the night as *partition key*, or clear `build` in the night's run.
Without Airflow: `comptoir night NIGHT`. To go back to an earlier version: `comptoir rollback`.

## Ask the publisher again
Not here: trigger the ingest DAG of the domain with `refetch` and `rebuild` on.
"""

import datetime as dt
from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task

from comptoir.orchestration.assets import BUILD_REQUEST, GRU_NIGHT, SOCIAL_NIGHT, TOURISM_NIGHT
from comptoir.orchestration.callbacks import require_night
from comptoir.orchestration.factory import DEFAULT_ARGS, NIGHT
from comptoir.orchestration.names import BUILD_DAG_ID, WRITER_POOL


@task(pool=WRITER_POOL, retries=1, retry_delay=dt.timedelta(minutes=1), execution_timeout=dt.timedelta(hours=2))
def build(night: str) -> dict[str, Any]:
    """Build every model from the lake."""
    from comptoir.orchestration import steps

    return steps.build(require_night(night))


@task(pool=WRITER_POOL, execution_timeout=dt.timedelta(minutes=30))
def publish(night: str) -> dict[str, Any]:
    """Write a version, audit it, move the pointer."""
    from comptoir.orchestration import steps

    return steps.publish(require_night(night))


@dag(
    dag_id=BUILD_DAG_ID,
    description="Builds, audits and publishes the warehouse once a night has ended",
    doc_md=__doc__,
    schedule=PartitionedAssetTimetable(assets=(SOCIAL_NIGHT & TOURISM_NIGHT & GRU_NIGHT) | BUILD_REQUEST),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["warehouse"],
)
def build_warehouse() -> None:
    """Chain the build and the publication."""
    build(NIGHT) >> publish(NIGHT)


warehouse_dag = build_warehouse()
