"""
## What it does
At 04:00 Europe/Paris, asks the citizen-relationship systems: requests and their later changes.
The *night* is the run's partition key (`2026-11-21` = the Europe/Paris day that ended at midnight before the run).

`list_sources` → `land` (one per source) → `settle` (conform, landing gate, verdict) → `announce_night` (the asset
that `build_warehouse` waits for) → `check_every_source`, red when a source failed. The build runs all the same: the
failed source is shown as stale since its last accepted night.

## A task is red
- `land [source]`: the publisher could not be read in three tries. The log's last lines say what it answered. Check
  the credentials and the address with `comptoir source check SOURCE`; the failure is an event in `lake/failures`.
- `settle`: the code, the disk or the inventory, never the data (bad rows are quarantined, a bad batch is held).
- `check_every_source`: names the sources at fault. It is red because of them; mend those.
- A held batch is no red task: `comptoir status` names it, `comptoir release SOURCE NIGHT` accepts it.

## Run one night again
Trigger this DAG with the night as *partition key* and `rebuild` on. What landed is replayed, what is missing is asked
for. A rerun of one domain does not start a build by itself: `rebuild` does. Without Airflow: `comptoir night NIGHT`.

## Ask the publisher again
The same with `refetch` on: a new attempt is landed beside the old one, and the latest accepted attempt counts.
"""

# An Airflow dag; its shape is common to the three domains.
from comptoir.orchestration.factory import ingest_dag

dag = ingest_dag(
    "gru",
    description="Every night, what people asked their local authority",
    doc_md=__doc__,
)
