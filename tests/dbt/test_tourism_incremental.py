"""Facts of tourism and reputation: late, restated, held, released and rerun nights give the rows of a full refresh."""

from __future__ import annotations

import datetime as dt

import pytest
from tourism_fixture import FIRST_DAY, STREAMS, rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
# Each fact that grows, and what it must have rows of, or the history proves nothing of it.
FACTS = {
    "fct_tourism_month": "is_current_vintage and stream = 'frequentation'",
    "fct_tourism_year": "not is_current_vintage",
    "fct_tourism_capacity_year": "not is_current_vintage",
    "fct_attendance": "null_reason = 'closed'",
    "fct_tourist_tax": "taxed_nights_null_reason = 'withheld'",
    "fct_mobile_presence_day": "presence_category_code is null",
    "fct_office_request_day": "channel_code = 'unknown'",
    "fct_review": "is_deleted_at_source and content is null",
    "fct_rental_month": "month_reviews_count = 0",
    "dim_place": "place_name is not null",
}


AFFECTED = ("int_tourism_affected", "int_place_affected", "int_review_affected", "int_attendance_affected")


def night(offset: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=offset)


def happen(warehouse, offset: int, what: int | str, sources: tuple[str, ...] = ()) -> None:
    """``what``: the variant that the streams of these sources (all by default) show that night, or ``held``."""
    for source, stream in STREAMS:
        if sources and source not in sources:
            continue
        if what == "held":
            warehouse.lake.hold(source, stream, night(offset), ["volume hors bornes"])
        else:
            warehouse.lake.accept(source, stream, night(offset), rows(source, stream, night(offset), int(what)))


def test_one_history_gives_the_rows_of_a_full_refresh(warehouse):
    for offset in (2, 3, 6):
        happen(warehouse, offset, 0)
    warehouse.build(with_tests=False)
    happen(warehouse, 7, 0)
    warehouse.build(with_tests=False)
    # what a night costs depends on what it brought: the last nights are read again, not all of them
    floors = {
        name: warehouse.query(f"select min(earliest_night_on) from intermediate.{name}")[0][0] for name in AFFECTED
    }
    assert min(floors.values()) >= night(2), floors
    assert floors["int_tourism_affected"] >= night(6), floors
    happen(warehouse, 1, 0)  # late
    warehouse.build(with_tests=False)
    gone = warehouse.query("select count(*) from fct_review where is_deleted_at_source")[0][0]
    assert gone > 0
    happen(warehouse, 6, 1)  # another attempt, which met a newer vintage
    happen(warehouse, 7, "held", ("google_business", "insee_melodi", "attendance", "datatourisme"))
    warehouse.build(with_tests=False)
    assert warehouse.query("select count(*) from fct_review where source_night_on = ?", night(7)) != [
        (0,)
    ]  # Facebook's
    held = "select count(*) from fct_review where channel_code = 'google_business' and last_seen_night_on = ?"
    assert warehouse.query(held, night(7)) == [(0,)]
    happen(warehouse, 7, 1, ("google_business", "insee_melodi", "attendance", "datatourisme"))  # released
    happen(warehouse, 9, 0)
    happen(warehouse, 8, 2)
    result = warehouse.build(with_tests=False)
    assert not result.is_full_refresh
    before = warehouse.fingerprints()
    warehouse.build(with_tests=False)  # nothing new
    assert warehouse.fingerprints() == before
    assert warehouse.build(full_refresh=True, with_tests=False).is_full_refresh
    whole = warehouse.fingerprints()
    assert {name for name in whole if whole[name] != before[name]} == set()
    for fact, condition in FACTS.items():
        counted = warehouse.query(f"select count(*), count(*) filter ({condition}) from {fact}")[0]
        assert counted[0] > counted[1] > 0, fact
