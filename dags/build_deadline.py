"""
## What it does
At 06:30 Europe/Paris, asks for the night's build if a domain has not announced its night: its ingest run hangs, was
killed, or never started. Readers get the night with that domain shown as stale. When the three domains announced
their night the build has started by itself, and the task `request_missing_build` is skipped.

## A task is red
Airflow itself could not answer. Trigger `build_warehouse` with the night as *partition key*.

## Run one night again
Trigger this DAG with the night as *partition key*; it does nothing when the build has started by itself.

## Ask the publisher again
Not here: trigger the ingest DAG of the domain with `refetch` and `rebuild` on.
"""

from typing import Any

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException

from comptoir.orchestration.assets import BUILD_REQUEST, DOMAIN_NIGHTS
from comptoir.orchestration.callbacks import missing_domains, require_night
from comptoir.orchestration.factory import DEFAULT_ARGS, NIGHT, nightly

EVENTS_LOOKED_AT = 100


@task(inlets=list(DOMAIN_NIGHTS.values()), outlets=[BUILD_REQUEST], retries=2)
def request_missing_build(night: str, *, inlet_events: Any = None) -> None:
    """Emit the build request when a domain is missing."""
    night = require_night(night)
    latest = {
        domain: inlet_events[asset].ascending(False).limit(EVENTS_LOOKED_AT) for domain, asset in DOMAIN_NIGHTS.items()
    }
    missing = missing_domains(latest, night)
    if not missing:
        raise AirflowSkipException(f"Every domain announced the night {night}: its build has started by itself.")
    print(f"Build asked for the night {night} without: {', '.join(missing)}.")


@dag(
    description="Asks for the night's build at 06:30 when a domain is missing",
    doc_md=__doc__,
    schedule=nightly("30 6 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["warehouse"],
)
def build_deadline() -> None:
    """Look once, ask once."""
    request_missing_build(NIGHT)


deadline_dag = build_deadline()
