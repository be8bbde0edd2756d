"""Any nights of any source, in any order, rerun, changed, held and released, give the rows of a full refresh."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from fixture_lake import KEPT_TABLES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whole_region import streams

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
FIRST_DAY = dt.date(2026, 11, 1)
STREAMS = streams()
SOURCES = sorted({source for source, _ in STREAMS})
# More histories than CI has time for: COMPTOIR_HISTORIES=50 pytest tests/dbt/test_any_history.py
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

# What happens to a source on a night: accepted (variant 0), another attempt (variant 1, 2), held. Hypothesis begins
# with the first of each list.
event = st.tuples(
    st.sampled_from([1, 0, 2, 3, 5, 6, 9, 10]),
    st.sampled_from(["all", *SOURCES]),
    st.sampled_from([1, 0, 0, 2, "held"]),
)
batches = st.lists(st.lists(event, min_size=2, max_size=8), min_size=2, max_size=3)


def happen(warehouse, offset: int, source: str, what: int | str) -> None:
    night = FIRST_DAY + dt.timedelta(days=offset)
    for (name, stream), shows in STREAMS.items():
        if source not in {name, "all"}:
            continue
        if what == "held":
            warehouse.lake.hold(name, stream, night, ["volume hors bornes"])
        else:
            warehouse.lake.accept(name, stream, night, shows(name, stream, night, int(what)))


# No shrinking: a failing history is short already, and each step of shrinking is several builds.
@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(batches=batches)
def test_any_history_gives_the_rows_of_a_full_refresh(empty_warehouse, batches):
    empty_warehouse.reset()
    # every history starts by a whole night, so that there is something to change, and ends by another one
    for batch in [[(3, "all", 0)], *batches, [(8, "all", 0)]]:
        for offset, source, what in batch:
            happen(empty_warehouse, offset, source, what)
        assert not empty_warehouse.build(with_tests=False).is_full_refresh
    incremental = empty_warehouse.fingerprints()
    assert empty_warehouse.build(full_refresh=True, with_tests=False).is_full_refresh
    whole = empty_warehouse.fingerprints()
    assert {name for name in whole if whole[name] != incremental[name]} == set()
    assert {name for name in INCREMENTAL if whole[name][0] == 0} == set(), (
        "a table that nothing happens to proves nothing"
    )


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
