"""Any nights of any source, in any order, rerun, changed, held and released, give the rows of a full refresh."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections import Counter
from typing import Any

import pytest
from fixture_lake import KEPT_TABLES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whole_region import streams

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
FIRST_DAY = dt.date(2026, 11, 1)
SOURCES = sorted({source for source, _ in streams()})
# Two histories that are the same until this file changes. More, and others each time:
# COMPTOIR_HISTORIES=50 pytest tests/dbt/test_any_history.py
HISTORIES = int(os.environ.get("COMPTOIR_HISTORIES", "2"))
# Every table that a night adds to, and replaces keys of. The tables that are made whole each night are compared too.
INCREMENTAL = {
    "bridge_territory_peer", "dim_place", "dim_territory_attribute", "fct_account_day", "fct_attendance",
    "fct_backlog_day", "fct_call", "fct_comment", "fct_contact", "fct_maturity_composite", "fct_maturity_month",
    "fct_mention", "fct_mobile_presence_day", "fct_office_request_day", "fct_post", "fct_post_metric_day",
    "fct_post_query", "fct_rental_month", "fct_request", "fct_request_delay", "fct_request_event", "fct_review",
    "fct_satisfaction", "fct_tourism_capacity_year", "fct_tourism_month", "fct_tourism_year", "fct_tourist_tax",
    "fct_voice", "fct_web_day", "kpi_day", *KEPT_TABLES,
}  # fmt: skip

# The nights of a history, in the order that hypothesis begins with; and what each of its builds brings of them.
# Two lie beyond the days in which records are read again (30, 90, 180).
NIGHTS = (5, 2, 9, 0, 7, 3, 45, 12, 200)
BUILDS = (slice(0, 3), slice(3, 5), slice(5, 7), slice(7, 9))
CHANGES = {"late", "reopened", "edited", "deleted", "restated"}


@dataclasses.dataclass(frozen=True)
class Batch:
    """What comes between two builds: nights, but of some sources, those of the batch before; and nights once more."""

    nights: list[int]
    missing: set[str]
    again: list[tuple[int, str, int | str]]  # a night of a source is another attempt's (1, 2), its first (0), held


@st.composite
def histories(draw) -> list[Batch]:
    order, batches = draw(st.permutations(NIGHTS)), []
    for part in BUILDS:
        before = order[: part.start]
        event = st.tuples(st.sampled_from(before or [0]), st.sampled_from(SOURCES), st.sampled_from(["held", 1, 0, 2]))
        again = draw(st.lists(event, min_size=6, max_size=18)) if before else []
        batches.append(Batch(order[part], draw(st.sets(st.sampled_from(SOURCES), min_size=2, max_size=8)), again))
    return batches


def bring(warehouse, region, batch: Batch, before: Batch | None) -> None:
    """The batch's nights come; those that a source lacked of the batch before come after them."""
    due = [(night, source, 0) for night in batch.nights for source in SOURCES if source not in batch.missing]
    due += [(night, source, 0) for night in before.nights for source in sorted(before.missing)] if before else []
    for offset, source, what in [*due, *batch.again]:
        night = FIRST_DAY + dt.timedelta(days=offset)
        for (name, stream), shows in region.items():
            if name == source and what == "held":
                warehouse.lake.hold(name, stream, night, ["volume hors bornes"])
            elif name == source:
                warehouse.lake.accept(name, stream, night, shows(name, stream, night, int(what)))


def told(warehouse) -> dict[tuple[str, ...], dict[str, Any]]:
    """Records as the warehouse has them: their day, and what of them a night may change."""
    columns = "kind, source_id, id, day_on, is_closed, content, is_deleted, figures"
    written = " union all ".join(
        f"select '{kind}', source_id, {kind}_id, posted_on, null, {content}, is_deleted_at_source, null from fct_{kind}"
        for kind, content in {"post": "content", "comment": "content", "review": "stars_count"}.items()
    )
    rows = warehouse.query(
        f"select {columns} from ("
        " select 'request' as kind, source_id, stream || request_id as id, declared_on as day_on,"
        " closed_on is not null as is_closed, null as content, null as is_deleted, null as figures from fct_request"
        f" union all {written} union all"
        " select 'cell', source_id, concat_ws('|', stream, geo_code, month_on, published_accommodation_code,"
        " origin_country_group), month_on, null, null, null, concat_ws('|', nights_count, nights_null_reason,"
        " arrivals_count, arrivals_null_reason, occupancy_share) from fct_tourism_month where is_current_vintage)"
    )
    names = columns.split(", ")[3:]
    found = {row[:3]: dict(zip(names, row[3:], strict=True)) for row in rows}
    assert len(found) == len(rows)
    return found


def changes(before: dict, after: dict) -> Counter[str]:
    """How many records a build shows otherwise than the one before it did, by what happened to them."""
    newest: dict[tuple[str, ...], dt.date] = {}
    for (kind, source, _), record in before.items():
        newest[kind, source] = max(record["day_on"], newest.get((kind, source), record["day_on"]))
    found: Counter[str] = Counter()
    for key, record in after.items():
        known = before.get(key)
        if known is None:
            found["late"] += record["day_on"] < newest.get(key[:2], dt.date.min)
            continue
        found["reopened"] += bool(known["is_closed"]) and not record["is_closed"]
        found["edited"] += None not in (known["content"], record["content"]) and known["content"] != record["content"]
        found["deleted"] += known["is_deleted"] is False and bool(record["is_deleted"])
        found["shown_again"] += bool(known["is_deleted"]) and record["is_deleted"] is False
        found["restated"] += known["figures"] != record["figures"]
    found["taken_back"] = len(before.keys() - after.keys())
    return found


# No shrinking: a failing history is short already, and each step of shrinking is several builds.
@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize="COMPTOIR_HISTORIES" not in os.environ,
    print_blob=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(world=st.integers(1, 10**6), history=histories())
def test_any_history_gives_the_rows_of_a_full_refresh(empty_warehouse, world, history):
    empty_warehouse.reset()
    region, seen, before, batch_before = streams(seed=world), Counter(), {}, None
    for batch in history:
        bring(empty_warehouse, region, batch, batch_before)
        assert not empty_warehouse.build(with_tests=False).is_full_refresh
        after = told(empty_warehouse)
        seen += changes(before, after) if before else Counter()
        before, batch_before = after, batch
    print("A history of", dict(seen))
    incremental = empty_warehouse.fingerprints()
    assert empty_warehouse.build(full_refresh=True, with_tests=False).is_full_refresh
    whole = empty_warehouse.fingerprints()
    assert {name for name in whole if whole[name] != incremental[name]} == set()
    assert {name for name in INCREMENTAL if whole[name][0] == 0} == set(), (
        "a table that nothing happens to proves nothing"
    )
    assert {change for change in CHANGES if seen[change] == 0} == set(), "what never happens proves nothing"


def test_a_late_night_of_october_moves_november(empty_warehouse):
    """The week in which a person comes back and the thirty days that posts are counted over end in the month after."""

    def contact(number, day, channel):
        told = {"territory_id": "commune:35238", "category": "Voirie", "requester_email_id": "e1"}
        return told | {"request_id": number, "received_at": f"{day}T09:15:00", "channel": channel}

    empty_warehouse.reset()
    account = {"account_key": "malo_i", "territory_id": "commune:35288", "author_id": "author_malo_i"}
    post = account | {"post_id": "of_october", "created_at": "2026-10-28T09:00:00"}
    november, october = dt.date(2026, 11, 9), dt.date(2026, 10, 29)
    shown = {
        november: [
            ("guichet_rennes", "contacts", [contact("again", "2026-11-02", "Guichet")]),
            ("courrier_vannes", "contacts", [contact("last", "2026-11-09", "Courrier") | {"requester_email_id": "e2"}]),
            ("instagram", "accounts", [account]),
            ("instagram", "posts", []),
        ],
        october: [
            ("courrier_vannes", "contacts", [contact("first", "2026-10-28", "Courrier")]),
            ("instagram", "posts", [post]),
        ],
    }
    found = {}
    for night, streams_of_night in shown.items():
        for source, stream, rows in streams_of_night:
            empty_warehouse.lake.accept(source, stream, night, rows)
        empty_warehouse.build(with_tests=False)
        found[night] = empty_warehouse.query(
            "select sum(linkable_contacts_count), sum(recontacts_count), any_value(posts_per_day * 30)"
            " from intermediate.kpi_input_recontact full join intermediate.observatoire_month using (month_on)"
            " where month_on = '2026-11-01'"
        )
    assert found == {november: [(1, 0, 0)], october: [(2, 1, 1)]}
