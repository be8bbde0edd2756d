"""KPIs of citizen relations on a fixture written by hand, against numbers computed by hand and survival curves."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from fixture_lake import Row
from lifelines import KaplanMeierFitter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
LAST = dt.date(2026, 11, 20)
NIGHTS = dt.date(2026, 10, 31), dt.date(2026, 11, 3), dt.date(2026, 11, 4), LAST
READ_UNTIL = dt.datetime(2026, 11, 20, 23)  # the night's end, UTC
CODES = {"Nouveau": "1", "En cours": "3", "En attente de complément": "4", "Répondu": "6", "Clos": "5", "Rangé": "9"}
DAY = dt.timedelta(days=1)
Course = list[tuple[dt.datetime, str]]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def course(declared: dt.datetime, *steps: tuple[float, str]) -> Course:
    """Statuses after hours."""
    return [(declared, "Nouveau"), *((declared + dt.timedelta(hours=hours), status) for hours, status in steps)]


def filed(
    name: str, commune: str, steps: Course, channel: str = "web", email: str | None = None
) -> tuple[Row, list[Row]]:
    moment, status = steps[-1]
    form = {
        "request_id": name, "form_slug": "f", "declared_at": steps[0][0], "updated_at": moment,
        "status_id": CODES[status], "status": status, "is_endpoint": status == "Clos",
        "channel": channel, "is_typed_by_agent": channel != "web",
        "requester_email_id": email, "category": "Voirie", "service": "Voirie", "municipality_code": commune,
    }  # fmt: skip
    events = [
        {
            "request_id": name,
            "form_slug": "f",
            "event_number": number,
            "occurred_at": moment,
            "status_id": CODES[status],
        }
        for number, (moment, status) in enumerate(steps, 1)
    ]
    return form, events


def survivors() -> dict[str, Course]:
    """Cases of October in Brest: a third is not closed yet, some are not even answered."""
    rng, cases = random.Random(8), {}
    for number in range(45):
        declared = at("2026-10-01T06:00:00") + dt.timedelta(seconds=rng.randrange(30 * 86400))
        answered, closed = rng.expovariate(1 / 90), rng.expovariate(1 / 300)
        steps = [(answered, "Répondu"), (answered + closed, "Clos")]
        fate = rng.random()
        steps = steps[: 0 if fate < 0.2 else 1 if fate < 0.35 else 2]
        known = [step for step in steps if declared + dt.timedelta(hours=step[0]) < READ_UNTIL]
        steps = [(round(hours * 3600) / 3600, status) for hours, status in known]
        cases[f"k{number}"] = course(declared, *steps)
    return cases


SURVIVORS = survivors()
SECOND = at("2026-11-02T08:00:00")
COURSES = {
    **{f"w{number}": course(SECOND, (30, "Répondu"), (60, "Clos")) for number in range(1, 10)},
    "w10": course(SECOND, (10, "En attente de complément"), (30, "En cours"), (60, "Clos")),
    "w11": course(SECOND, (30, "Clos"), (40, "En cours"), (60, "Clos")),
    "w12": course(SECOND, (30, "Clos"), (40, "En cours")),
}


def publik() -> tuple[list[Row], list[Row]]:
    cases = [filed(name, "29019", steps, email=None) for name, steps in SURVIVORS.items()]
    cases += [filed(name, "35238", steps, email=f"e{name[1:]}") for name, steps in COURSES.items()]
    cases += [filed(f"t{number}", "35238", course(SECOND), "counter") for number in range(3)]
    cases += [filed(f"p{number}", "35238", course(SECOND), "phone") for number in range(2)]
    cases += [filed("mail", "35238", course(SECOND + DAY), "email", email="e99")]
    # a course tells statuses by number: a form that shows the status gives the number its name
    cases += [filed("waits", "56121", course(SECOND, (5, "En attente de complément")))]
    # a status that the inventory does not translate
    cases += [filed(f"u{number}", "22113", course(SECOND, (5, "Rangé"))) for number in range(12)]
    # nor does the workflow say of one, answered before, whether it ends there
    put_away = (10, "Rangé")
    for name, commune, steps in [
        ("lost", "22070", [(5, "Répondu"), put_away]),
        ("answered", "22070", [(5, "Répondu")]),
        ("alone", "29151", [put_away]),
    ]:
        form, events = filed(name, commune, course(SECOND, *steps))
        form |= {"form_slug": "g", "is_endpoint": None if put_away in steps else False}
        cases.append((form, [event | {"form_slug": "g"} for event in events]))
    return [form for form, _ in cases], [event for _, events in cases for event in events]


def city(night: dt.date) -> list[Row]:
    """Twelve requests of 31 October promised for 5 November, put off since: 7 closed on the 4th, 1 some day later."""
    closed = {NIGHTS[2]: 7, LAST: 8}.get(night, 0)
    return [
        {
            "request_id": f"c{number}", "declared_at": at("2026-10-31T10:00:00"),
            "status": "closed" if number < closed else "open",
            "promised_at": at("2026-11-05T17:00:00") if night == NIGHTS[0] else at("2026-11-30T17:00:00"),
            "category": "Voirie", "channel": "app", "municipality_code": "29019",
        }
        for number in range(12)
    ]  # fmt: skip


def report(number: int, channel: str, category: str = "Propreté") -> Row:
    return {
        "request_id": f"r{number}", "declared_on": "2026-11-05", "status": "Ouvert", "channel": channel,
        "category": category, "municipality_code": "35238",
    }  # fmt: skip


def line(number: str, territory: str, received: str, **fields: Any) -> Row:
    return {"request_id": number, "territory_id": territory, "received_at": received, "category": "Voirie", **fields}


def call(number: int, *, answered: bool, application: str = "Queue", direction: str = "inbound") -> list[Row]:
    moment = at("2026-11-10T09:00:00") + dt.timedelta(minutes=number)
    leg = {
        "call_id": f"a{number}", "territory_id": "epci:243500139", "direction": direction, "is_caller_hidden": False,
        "started_at": moment, "ended_at": moment + dt.timedelta(minutes=2),
    }  # fmt: skip
    legs = [
        {**leg, "leg_id": f"a{number}", "channel_id": "trunk", "dialled_id": "q", "dialled_code": "3900",
         "billed_seconds": 90, "queue": "accueil" if application == "Queue" else None,
         "last_application": application, "disposition": "ANSWERED"}
    ]  # fmt: skip
    if answered:
        legs.append(
            {**leg, "leg_id": f"a{number}b", "channel_id": "agent", "dialled_id": "201", "dialled_code": "201",
             "billed_seconds": 60, "last_application": "AppQueue",
             "answered_at": moment + dt.timedelta(minutes=1), "disposition": "ANSWERED"}
        )  # fmt: skip
    return legs


def survey(number: int, score: int | None, *, complete: bool = True) -> Row:
    return {
        "survey_id": "1", "response_id": f"s{number}", "territory_id": "region:53",
        "changed_at": at("2026-11-12T10:00:00"), "submitted_at": at("2026-11-12T10:00:00") if complete else None,
        "is_complete": complete, "score": score, "channel": "WEB",
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(empty_warehouse):
    empty_warehouse.reset()
    lake = empty_warehouse.lake
    forms, events = publik()
    lake.accept("publik", "forms", LAST, forms)
    lake.accept("publik", "form_events", LAST, events)
    for night in NIGHTS:
        lake.accept("open311", "requests", night, city(night))
    reports = [report(number, "Application mobile") for number in range(10)]
    reports += [report(10, "Courrier", "Divers"), report(11, "Courrier", "Divers"), report(12, "Minitel")]
    # days without hours, and days in the wrong order
    closed = {"status": "Clos", "channel": "Courrier", "category": "Divers"}
    for commune, declared, ended in [("22278", "2026-11-05", "2026-11-08"), ("22050", "2026-11-09", "2026-11-05")]:
        reports += [
            {"request_id": f"{commune}{i}", "declared_on": declared, "closed_on": ended, "municipality_code": commune}
            | closed
            for i in range(12)
        ]
    lake.accept("opendatasoft", "reports", LAST, reports)
    rennes, vannes = "commune:35238", "commune:56260"
    counter = [
        line(
            "g1", rennes, "2026-11-05T09:30:00", channel="Guichet", requester_email_id="e1"
        ),  # came back on the third day
        line("g2", rennes, "2026-11-06T09:30:00", channel="Guichet", requester_email_id="e2", category="Propreté"),
        line("g3", rennes, "2026-11-10T09:30:00", channel="Guichet", requester_email_id="e3"),  # on the eighth
        line("g4", rennes, "2026-11-20T09:30:00", channel="Guichet"),
    ]
    lake.accept("guichet_rennes", "contacts", LAST, counter)
    answers = ["2026-11-16"] * 7 + ["2026-11-17"] + [None] * 2
    letters = [
        line(f"l{i}", vannes, "2026-10-31T23:00:00", channel="Courrier", answered_on=day)
        for i, day in enumerate(answers)
    ]
    letters.append(line("l99", vannes, "2026-11-09T23:00:00", channel="Courrier"))  # its fifteen days are not over
    lake.accept("courrier_vannes", "contacts", LAST, letters)
    legs = [leg for number in range(12) for leg in call(number, answered=number < 9)]
    legs += call(12, answered=False, application="Playback") + call(13, answered=True, direction="internal")
    lake.accept("asterisk_cdr", "call_legs", LAST, legs)
    scores = [8] * 12 + [10] * 12 + [4] * 4 + [0] * 6 + [5] * 3 + [7] * 3 + [None] * 2
    finished = [survey(number, score) for number, score in enumerate(scores)]
    lake.accept("limesurvey", "answers", LAST, finished + [survey(100 + i, 9, complete=False) for i in range(5)])
    tonalities = ["Positif"] * 9 + ["Négatif"] * 18 + ["Neutre"] * 3
    told = [
        {"experience_id": f"x{i}", "written_on": "2026-11-08", "tonality": tonality, "departement_code": "35"}
        for i, tonality in enumerate(tonalities)
    ]
    lake.accept("services_publics_plus", "experiences", LAST, told)
    for night, visits in ((NIGHTS[2], [100, 110]), (LAST, [None, 120, 300])):
        days = [{"site_id": "1", "territory_id": "epci:243500139", "day_on": f"2026-11-0{4 - i}"} for i in range(3)]
        counted = [{**day, "visits_count": count} for day, count in zip(days, visits, strict=False)]
        lake.accept("matomo", "visits", night, counted)
    empty_warehouse.build()
    return empty_warehouse


def kpi(built, kpi_id: str, territory_id: str, columns: str, month: str = "2026-11", channel: str = "all") -> tuple:
    rows = built.query(
        f"select {columns} from kpi_month where kpi_id = ? and territory_id = ? and month_on = ? and channel_code = ?",
        kpi_id,
        territory_id,
        f"{month}-01",
        channel,
    )
    assert len(rows) == 1, (kpi_id, territory_id, rows)
    return rows[0]


def test_contacts_count_an_exchange_once_where_another_source_counts_its_channel(built):
    """12 forms, 1 e-mail typed, 4 at the counter, 13 reports; second traces: 3 typed counter cases, 2 typed calls."""
    assert kpi(built, "contacts", "commune:35238", "value, n") == (30, 30)
    assert kpi(built, "contacts", "epci:243500139", "value") == (43,)
    by_channel = {"web": 12, "email": 1, "counter": 4, "app": 10, "letter": 2, "unknown": 1}
    found = built.query(
        "select channel_code, value from kpi_month where kpi_id = 'contacts' and territory_id = 'commune:35238' "
        "and month_on = '2026-11-01' and channel_code <> 'all'"
    )
    assert dict(found) == by_channel
    assert kpi(built, "contacts", "epci:243500139", "value", channel="phone") == (13,)


def test_digital_and_paper_shares_leave_unknown_channels_out(built):
    columns = "numerator, denominator, value, known_share"
    assert kpi(built, "digital_contact_share", "commune:35238", columns) == (
        23,
        29,
        pytest.approx(23 / 29),
        pytest.approx(29 / 30),
    )
    # maturity rests on the same figure
    for territory_id in ("commune:35238", "epci:243500139"):
        assert built.query(
            "select numerator, denominator from fct_maturity_month where indicator_code = 'digital_contact_share'"
            " and territory_id = ? and month_on = '2026-11-01'",
            territory_id,
        ) == [kpi(built, "digital_contact_share", territory_id, "numerator, denominator")]
    assert kpi(built, "paper_fax_contact_share", "epci:243500139", columns) == (
        2,
        42,
        pytest.approx(2 / 42),
        pytest.approx(42 / 43),
    )


def test_a_portal_alone_is_no_digital_share_of_maturity(built):
    """Brest is heard by its forms and its application: 57 contacts, all digital, that say nothing of the town."""
    columns = "value, interval_low, interval_high, n, known_share, quality, null_reason"
    found = kpi(built, "maturity_digital_service", "epci:242900314", columns, month="2026-10")
    assert found == (None, None, None, 57, 0, "withheld", "channels_not_observed")
    assert kpi(built, "digital_contact_share", "epci:242900314", "value, n", month="2026-10") == (1, 57)


@pytest.mark.parametrize(
    ("pillar", "twin", "low", "high", "bounds"),
    [
        # who comes back in the quarter is not followed from month to month: nobody can say how sure the share is
        ("digital_service", "digital_contact_share", 0, 0.8, 0),
        ("timeliness", "answered_call_rate", 0.5, 0.95, 2),
    ],
)
def test_a_pillar_of_one_share_is_no_surer_than_its_kpi(built, pillar, twin, low, high, bounds):
    """Two days of a site are too few, requests of the month too recent: half of each pillar is known."""
    columns = "value, interval_low, interval_high, n, quality"
    *figures, n, quality = kpi(built, twin, "epci:243500139", columns)
    goalposts = [pytest.approx(min(max((figure - low) / (high - low), 0), 1)) for figure in figures]
    found = kpi(built, f"maturity_{pillar}", "epci:243500139", f"{columns}, known_share")
    assert found == (*goalposts[: bounds + 1], *[None] * (2 - bounds), n, quality, 0.5)
    assert quality == "indicative"


def test_an_answered_call_is_one_that_an_agent_took(built):
    """The queue picked up all twelve; the menu's call and the one of the house needed nobody."""
    columns = "numerator, denominator, value, quality"
    assert kpi(built, "answered_call_rate", "epci:243500139", columns) == (9, 12, 0.75, "indicative")


def test_a_promise_put_off_is_still_the_first_one(built):
    """Seven closed in time, four overdue though promised anew; one was closed on an unknown day."""
    columns = "numerator, denominator, value, n, known_share, quality"
    found = kpi(built, "promise_kept_share", "commune:29019", columns, month="2026-10")
    assert found == (7, 11, pytest.approx(7 / 11), 11, pytest.approx(11 / 12), "indicative")


def test_letters_answered_in_fifteen_days(built):
    assert kpi(built, "letters_answered_in_15_days_share", "commune:56260", "numerator, denominator, value") == (
        7,
        10,
        0.7,
    )


def test_reopened(built):
    assert kpi(built, "reopen_rate", "commune:35238", "numerator, denominator, n") == (2, 12, 12)


def test_settled_at_once(built):
    assert kpi(built, "one_touch_share", "commune:35238", "numerator, denominator, n") == (9, 11, 11)


@pytest.mark.parametrize(
    ("kpi_id", "territory_id", "reason"),
    [
        ("resolution_median_business_hours", "commune:22278", "day_precision"),
        ("resolution_median_days", "commune:22050", "inconsistent_dates"),
        ("first_reply_median_days", "commune:22113", "status_not_mapped"),
        ("one_touch_share", "commune:22278", "not_reported"),
    ],
)
def test_what_a_case_does_not_tell_is_the_reason_of_its_kpi(built, kpi_id, territory_id, reason):
    assert kpi(built, kpi_id, territory_id, "value, null_reason") == (None, reason)


def test_recontacts_stand_beside_their_linkage_rate(built):
    """16 can be linked: 12 forms, 1 e-mail, 3 of the counter; one came back on the same theme within seven days."""
    assert kpi(built, "recontact_share", "commune:35238", "numerator, denominator, value") == (1, 16, 1 / 16)
    # three persons came twice; expected bounds: the formulas of the macro in python, person by person
    bounds = kpi(built, "recontact_share", "commune:35238", "interval_low, interval_high")
    assert bounds == pytest.approx((0.0021230, 0.3579752), abs=1e-6)
    bounds = kpi(built, "digital_contact_share", "commune:35238", "interval_low, interval_high")
    assert bounds == pytest.approx((0.5950413, 0.9090941), abs=1e-6)
    assert kpi(built, "contact_linkage_share", "commune:35238", "numerator, denominator") == (16, 30)


def test_satisfaction(built):
    columns = "numerator, denominator, value, n, known_share"
    share = pytest.approx(40 / 42)
    assert kpi(built, "satisfaction_share", "region:53", columns) == (24, 40, 0.6, 40, share)
    assert kpi(built, "net_satisfaction", "region:53", columns) == (14, 40, 0.35, 40, share)
    low, value, high = kpi(built, "net_satisfaction", "region:53", "interval_low, value, interval_high")
    assert -1 < low < value < high < 1
    assert kpi(built, "experience_net_tonality", "departement:35", "numerator, value, n") == (
        -9,
        pytest.approx(-0.3),
        30,
    )


def test_an_answer_that_was_not_sent_is_no_voice(built):
    """Of 47, five were left half-way."""
    told = "select count(*) from {} where source_id = 'limesurvey'"
    assert built.query(told.format("fct_satisfaction")) == [(47,)]
    assert built.query(told.format("fct_voice")) == [(42,)]


def test_web_visits_are_restated_and_a_missing_day_is_no_zero(built):
    assert kpi(built, "web_visits", "epci:243500139", "value, known_share, quality") == (
        420,
        pytest.approx(2 / 3),
        "indicative",
    )
    days = built.query(
        "select day_on, value, null_reason from kpi_day "
        "where kpi_id = 'web_visits' and territory_id = 'epci:243500139' order by 1"
    )
    assert [(day.day, value, reason) for day, value, reason in days] == [
        (2, 300, None),
        (3, 120, None),
        (4, None, "not_reported"),
    ]


def test_the_share_with_a_theme_is_that_of_our_mapping(built):
    """Everything with a category but the two reports of "Divers"; calls have none. Second traces are left out."""
    assert kpi(built, "themed_contact_share", "commune:35238", "numerator, denominator") == (28, 30)


def fitted(durations: list[tuple[float, bool]]) -> tuple[float | None, float | None]:
    """Median and P90 by lifelines; None where the curve does not come down so far."""
    fit = KaplanMeierFitter().fit([days for days, _ in durations], [ended for _, ended in durations])
    curve = fit.survival_function_.iloc[:, 0]
    return tuple(next((time for time, left in curve.items() if left <= level + 1e-12), None) for level in (0.5, 0.1))


def waited(steps: Course, statuses: set[str]) -> tuple[float, bool]:
    ended = next((moment for moment, status in steps if status in statuses), None)
    return ((ended or READ_UNTIL) - steps[0][0]).total_seconds() / 86400, ended is not None


def quantiles(built, name: str, unit: str) -> tuple[float | None, float | None]:
    return tuple(
        kpi(built, f"{name}_{quantile}_{unit}", "commune:29019", "value", month="2026-10")[0]
        for quantile in ("median", "p90")
    )


def same(found, wanted) -> bool:
    return all(
        a == b or (a is not None and b is not None and abs(a - b) <= 1e-9) for a, b in zip(found, wanted, strict=True)
    )


def test_first_reply_equals_lifelines(built):
    replies = [waited(steps, {"Répondu", "Clos"}) for steps in SURVIVORS.values()]
    assert 5 < sum(not ended for _, ended in replies) < 20
    wanted = fitted(replies)
    assert wanted[0] is not None
    assert same(quantiles(built, "first_reply", "days"), wanted), (quantiles(built, "first_reply", "days"), wanted)
    assert kpi(built, "first_reply_median_days", "commune:29019", "n", month="2026-10") == (45,)


def test_full_resolution_equals_lifelines_with_what_nights_and_lists_of_changes_say(built):
    """Of the city's twelve: seven were seen to close on the fourth day, four wait, one is not known."""
    cases = [waited(steps, {"Clos"}) for steps in SURVIVORS.values()]
    cases += [(4.0, True)] * 7 + [((READ_UNTIL - at("2026-10-31T10:00:00")).total_seconds() / 86400, False)] * 4
    wanted = fitted(cases)
    assert wanted[0] is not None
    assert same(quantiles(built, "resolution", "days"), wanted), (quantiles(built, "resolution", "days"), wanted)
    # too many still wait for nine in ten to be over
    assert wanted[1] is None
    found = kpi(built, "resolution_p90_days", "commune:29019", "value, null_reason", month="2026-10")
    assert found == (None, "not_reached")


def test_business_time_equals_lifelines_too(built):
    rows = built.query(
        "select observed_reply_business_hours, is_replied from fct_request_delay where source_id = 'publik' "
        "and territory_id = 'commune:29019'"
    )
    assert same(quantiles(built, "first_reply", "business_hours"), fitted(rows))
    assert max(hours for hours, _ in rows) < 51 * 8  # a working day has seven and a half hours


def test_what_a_publisher_does_not_tell_says_so(built):
    """A portal gives days and no replies: NULL with its reason, up to the KPI."""
    assert kpi(built, "first_reply_median_days", "region:53", "n", month="2026-11") == (21,)
    rows = built.query(
        "select first_reply_null_reason, resolution_business_null_reason, count(*) from fct_request "
        "where source_id = 'opendatasoft' and municipality_code = '35238' group by all"
    )
    assert rows == [("not_reported", "open", 13)]


def test_the_stock_and_its_age(built):
    """Brest: the city's twelve on 31 October, four left on 20 November; of the forms, those without an end."""
    still_open = [steps for steps in SURVIVORS.values() if steps[-1][1] != "Clos"]
    assert kpi(built, "open_requests", "commune:29019", "value") == (4 + len(still_open),)
    old = sum((LAST - (steps[0][0] + dt.timedelta(hours=2)).date()).days > 30 for steps in still_open)
    # the city has told of cases for twenty days: what is older there nobody knows
    assert kpi(built, "open_over_30_days_share", "commune:29019", "numerator, denominator") == (old, len(still_open))
    # of all that was declared in October, closed later or not
    october = [
        steps for steps in SURVIVORS.values() if steps[-1][1] != "Clos" or steps[-1][0] > at("2026-10-31T23:00:00")
    ]
    assert kpi(built, "open_requests", "commune:29019", "value", month="2026-10") == (12 + len(october),)
    # one more, of which nobody knows whether it is open: the stock is a minimum; of that one alone, it is not zero
    assert kpi(built, "open_requests", "commune:22070", "value, known_share, quality") == (1, 1 / 2, "indicative")
    assert kpi(built, "open_requests", "commune:29151", "value, null_reason") == (None, "status_not_mapped")
    assert kpi(built, "open_requests", "departement:29", "value, known_share") == (
        4 + len(still_open),
        pytest.approx((4 + len(still_open)) / (5 + len(still_open))),
    )
    flows = built.query(
        "select sum(opened_count), sum(closed_count), sum(reopened_count) from fct_backlog_day "
        "where source_id = 'publik'"
    )
    closings = sum(status == "Clos" for steps in [*SURVIVORS.values(), *COURSES.values()] for _, status in steps)
    # and three typed at the counter, two on the phone, an e-mail, one that waits, fifteen for statuses without a name
    assert flows == [(len(SURVIVORS) + len(COURSES) + 3 + 2 + 1 + 1 + 15, closings, 2)]
