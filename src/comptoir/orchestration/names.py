"""Names that the DAGs and the embedded run share; importable without Airflow."""

from __future__ import annotations

TIME_ZONE = "Europe/Paris"
NIGHT_FORMAT = "%Y-%m-%d"

# DuckDB has one writing process: whatever writes bronze, the warehouse or the serving files takes the only slot.
WRITER_POOL = "warehouse_writer"
WRITER_POOL_SLOTS = 1

INGEST_DAG_IDS = ("ingest_social", "ingest_tourism", "ingest_gru")
BUILD_DAG_ID = "build_warehouse"
ALL_DAG_IDS = (*INGEST_DAG_IDS, BUILD_DAG_ID, "build_deadline", "housekeeping")
