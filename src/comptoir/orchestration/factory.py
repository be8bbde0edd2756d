"""The one shape of an ingest DAG: list sources, land each, settle, announce the night, end red if a source failed."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from airflow.sdk import DAG, CronPartitionTimetable, Param, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from comptoir.orchestration.assets import BUILD_REQUEST, DOMAIN_NIGHTS
from comptoir.orchestration.callbacks import describe_failures, require_night, source_failed, task_failed
from comptoir.orchestration.names import NIGHT_FORMAT, TIME_ZONE, WRITER_POOL

log = logging.getLogger(__name__)

NIGHT = "{{ partition_key }}"
DEFAULT_ARGS = {"owner": "data-engineering", "on_failure_callback": task_failed}

# A source that hangs: 3 tries of 25 minutes and the waits between them end before 06:00, the run itself before the
# deadline of 06:30 (dags/build_deadline.py).
LAND_TIMEOUT = dt.timedelta(minutes=25)
SETTLE_TIMEOUT = dt.timedelta(minutes=15)
RUN_TIMEOUT = dt.timedelta(hours=2, minutes=20)


def nightly(cron: str) -> CronPartitionTimetable:
    """Return the timetable whose partition key is the night that ended before the tick, in Europe/Paris."""
    # By default a DAG switched on shortly after its tick runs that tick at once: a replay of the past must not do that.
    return CronPartitionTimetable(
        cron, timezone=TIME_ZONE, run_offset=-1, key_format=NIGHT_FORMAT, run_immediately=dt.timedelta(0)
    )


def ingest_dag(domain: str, *, description: str, doc_md: str | None) -> DAG:
    """Build the DAG ``ingest_<domain>``; its runs are nights, its asset is emitted although a source failed."""
    with DAG(
        dag_id=f"ingest_{domain}",
        description=description,
        doc_md=doc_md,
        schedule=nightly("0 4 * * *"),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=RUN_TIMEOUT,
        default_args=DEFAULT_ARGS,
        tags=["ingest", domain],
        params={
            "refetch": Param(False, type="boolean", description="Ask the publisher again for a night already landed"),
            "rebuild": Param(False, type="boolean", description="Build and publish the night again afterwards"),
        },
    ) as dag:
        expected = list_sources(domain, NIGHT)
        landed = land.partial(night=NIGHT).expand(source_id=expected)
        verdicts = settle(landed, NIGHT)
        announce = task(task_id="announce_night", outlets=[DOMAIN_NIGHTS[domain]], trigger_rule="all_done")(_announce)
        announced = announce(domain, NIGHT)
        verdicts >> announced >> [request_build(NIGHT), check_every_source(NIGHT, expected, landed, verdicts)]
    return dag


@task
def list_sources(domain: str, night: str) -> list[str]:
    """Return the domain's sources that are switched on in comptoir.yml."""
    from comptoir.orchestration import steps

    night = require_night(night)
    source_ids: list[str] = steps.enabled_sources(domain)
    log.info("Night %s: %s sources of the domain %s: %s", night, len(source_ids), domain, ", ".join(source_ids))
    return source_ids


@task(
    retries=2,
    retry_exponential_backoff=True,
    max_retry_delay=dt.timedelta(minutes=10),
    execution_timeout=LAND_TIMEOUT,
    on_failure_callback=source_failed,
    map_index_template="{{ task.op_kwargs['source_id'] }}",
)
def land(source_id: str, night: str, *, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Fetch one source's night into the landing, or find it there; returns the counts and the source."""
    from comptoir.orchestration import steps

    counts = steps.land(source_id, require_night(night), refetch=bool((params or {}).get("refetch")))
    return {**counts, "source": source_id}


@task(trigger_rule="all_done", pool=WRITER_POOL, retries=1, execution_timeout=SETTLE_TIMEOUT)
def settle(landed: Any, night: str) -> list[dict[str, Any]]:
    """Conform and judge the sources that landed; returns their verdicts."""
    from comptoir.orchestration import steps

    source_ids = [result["source"] for result in landed or []]
    verdicts: list[dict[str, Any]] = steps.settle(source_ids, require_night(night)) if source_ids else []
    for verdict in verdicts:
        log.log(logging.INFO if verdict["verdict"] == "accepted" else logging.WARNING, "Verdict: %s", verdict)
    return verdicts


def _announce(domain: str, night: str) -> None:
    log.info("The night %s of the domain %s has ended.", require_night(night), domain)


@task(outlets=[BUILD_REQUEST], trigger_rule="all_done")
def request_build(night: str, *, params: dict[str, Any] | None = None) -> None:
    """Ask for a build of the night, which a rerun of one domain does not cause by itself."""
    if not (params or {}).get("rebuild"):
        raise AirflowSkipException("No build asked for: it starts by itself once every domain has ended its night.")
    log.info("Build asked for the night %s.", require_night(night))


@task(trigger_rule="all_done")
def check_every_source(night: str, expected: Any, landed: Any, verdicts: Any) -> None:
    """End the run red when a source failed: announcing the night would otherwise leave it green."""
    message = describe_failures(
        require_night(night),
        None if expected is None else list(expected),
        [result["source"] for result in landed or []],
        verdicts,
    )
    if message:
        raise AirflowFailException(message)
