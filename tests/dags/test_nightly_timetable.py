import datetime as dt
import runpy
from pathlib import Path

import pytest
import time_machine

NIGHTS = [
    ("2026-11-23T03:05:00+00:00", "2026-11-23"),
    ("2026-11-23T02:55:00+00:00", "2026-11-22"),
    ("2026-03-29T01:30:00+00:00", "2026-03-28"),
    ("2026-10-25T02:30:00+00:00", "2026-10-24"),
]


@pytest.mark.airflow
@pytest.mark.parametrize(("switched_on_at", "first_night"), NIGHTS)
def test_a_dag_switched_on_waits_for_its_next_night(switched_on_at, first_night):
    """Neither the night that just ticked nor an older one runs by itself, on the nights of a time change either."""
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable
    from airflow.timetables.base import TimeRestriction

    from comptoir.orchestration.factory import nightly

    timetable = decode_timetable(encode_timetable(nightly("0 4 * * *")))
    with time_machine.travel(dt.datetime.fromisoformat(switched_on_at), tick=False):
        run = timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=TimeRestriction(None, None, False))
    assert run.partition_key == first_night


@pytest.mark.airflow
@pytest.mark.parametrize("switched_on_at", ["2026-12-01T06:31:00+00:00", "2026-12-01T08:30:00+00:00"])
def test_housekeeping_switched_on_in_the_morning_waits_for_the_next(switched_on_at):
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable
    from airflow.timetables.base import TimeRestriction

    dag = runpy.run_path(str(Path(__file__).parents[2] / "dags/housekeeping.py"))["housekeeping_dag"]
    timetable = decode_timetable(encode_timetable(dag.timetable))
    with time_machine.travel(dt.datetime.fromisoformat(switched_on_at), tick=False):
        run = timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=TimeRestriction(None, None, False))
    assert run.logical_date == dt.datetime(2026, 12, 2, 6, 30, tzinfo=dt.UTC)
